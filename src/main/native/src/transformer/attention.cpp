#include "transformer/attention.hpp"

#include <algorithm>

namespace flowline {
namespace {

constexpr int64_t QUERIES = 8;  // at a time: a block of rows of a product

}  // namespace

Attention::Attention(const Kernels& kernels, const flowline_attention& of)
    : kernels_(kernels),
      of_(of),
      channels_(of.heads * of.head_channels),
      width_(kernels.panel_vectors * kernels.lanes) {}

int64_t Attention::vectors_of(int64_t run) const {
  const int64_t left = of_.tokens - run * width_;
  return std::min(kernels_.panel_vectors, (left + kernels_.lanes - 1) / kernels_.lanes);
}

// In whole cache lines.
Attention::Sizes Attention::sizes() const {
  const int64_t heads = of_.heads;
  Sizes sizes = {{QUERIES * channels_, QUERIES * heads * width_, QUERIES * runs() * heads * width_,
                  QUERIES * heads * heads, 2 * heads * SCORE_SUMS, QUERIES * heads}};
  for (int64_t& size : sizes.elements) size = (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
  return sizes;
}

Attention::Places Attention::places_in(float* memory) const {
  float* places[PLACES];
  const Sizes all = sizes();
  for (int i = 0; i < PLACES; i++) {
    places[i] = memory;
    memory += all.elements[i];
  }
  return {places[0], places[1], places[2], places[3], places[4], places[5]};
}

void Attention::reserve(WorkerPool& pool, Workspace& workspace) const {
  reserve_aligned(workspace.keys, runs() * width_ * channels_);
  reserve_aligned(workspace.values, of_.tokens * channels_);
  reserve_aligned(workspace.biases, channels_);
  workspace.workers.resize(static_cast<size_t>(pool.threads()));
  int64_t elements = 0;
  for (const int64_t size : sizes().elements) elements += size;
  for (Buffer<float>& own : workspace.workers) reserve_aligned(own, elements);
}

void Attention::run(int64_t image, float* output, WorkerPool& pool, Workspace& workspace) const {
  reserve(pool, workspace);
  auto packing = [&](int64_t head, int) { pack(image, head, workspace); };
  pool.run(of_.heads, packing);
  auto attending = [&](int64_t index, int worker) {
    const int64_t first = index * QUERIES;
    const Buffer<float>& own = workspace.workers[static_cast<size_t>(worker)];
    attend(image, first, std::min(QUERIES, of_.tokens - first), output + first * channels_,
           workspace, places_in(aligned(own.data())));
  };
  pool.run((of_.tokens + QUERIES - 1) / QUERIES, attending);
}

// Keys: (runs, heads, head_channels, width). Values: (heads), then panels of (tokens, its width).
// Biases: (heads, head_channels), the bias of a head's shares by the sum of its values.
void Attention::pack(int64_t image, int64_t head, Workspace& workspace) const {
  const int64_t lanes = kernels_.lanes, depth = of_.head_channels;
  const float* const keys = at(of_.keys, image, 0) + head * depth;
  for (int64_t run = 0; run < runs(); run++) {
    const int64_t width = vectors_of(run) * lanes;
    float* const panel = aligned(workspace.keys.data()) + (run * of_.heads + head) * depth * width_;
    for (int64_t i = 0; i < width; i += lanes) {
      const int64_t token = run * width_ + i;
      kernels_.pack_rows(keys + token * of_.token_stride, of_.token_stride,
                         std::min(lanes, of_.tokens - token), depth, panel + i, width);
    }
  }
  float* const values = aligned(workspace.values.data()) + head * of_.tokens * depth;
  float* const biases = aligned(workspace.biases.data()) + head * depth;
  std::fill_n(biases, depth, 0.0f);
  for (int64_t p = 0; p < Panels::count(kernels_, depth); p++) {
    const Panels::Panel panel = Panels::nth(kernels_, depth, p);
    const int64_t width = panel.vectors * lanes;
    for (int64_t token = 0; token < of_.tokens; token++) {
      const float* const from = at(of_.values, image, token) + head * depth + panel.column;
      std::copy_n(from, width, values + panel.column * of_.tokens + token * width);
      for (int64_t i = 0; i < width; i++) biases[panel.column + i] += from[i];
    }
  }
  const float bias = of_.share_bias == nullptr ? 0.0f : of_.share_bias[head];
  for (int64_t i = 0; i < depth; i++) biases[i] *= bias;
}

void Attention::attend(int64_t image, int64_t first, int64_t count, float* output,
                       const Workspace& workspace, const Places& places) const {
  for (int64_t q = 0; q < count; q++) {
    const float* const from = at(of_.queries, image, first + q);
    for (int64_t i = 0; i < channels_; i++) places.queries[q * channels_ + i] = of_.scale * from[i];
  }
  score(count, workspace, places);
  const int64_t heads = of_.heads, of_query = runs() * heads * width_;
  for (int64_t q = 0; q < count; q++) {
    float* const sums = places.sums + q * heads;
    kernels_.exponentiate(
        {places.scores + q * of_query, heads, of_.tokens, width_, places.scratch, sums});
    for (int64_t i = 0; of_.mix_shares != nullptr && i < heads * heads; i++) {
      places.shares[q * heads * heads + i] = of_.mix_shares[i] / sums[i % heads];
    }
  }
  weigh(count, output, workspace, places);
}

// Inner products with the keys, mixed among the heads. A bias of the mixture is the same for all keys
// of a head: the shares do not depend on it.
void Attention::score(int64_t count, const Workspace& workspace, const Places& places) const {
  const int64_t heads = of_.heads, depth = of_.head_channels;
  const bool mixed = of_.mix_scores != nullptr;
  for (int64_t run = 0; run < runs(); run++) {
    const int64_t vectors = vectors_of(run), width = vectors * kernels_.lanes;
    const int64_t last = width - kernels_.lanes, at = run * heads * width_;
    float* const block = mixed ? places.block : places.scores + at;
    const int64_t stride = mixed ? heads * width_ : runs() * heads * width_;
    for (int64_t head = 0; head < heads; head++) {
      const float* const panel =
          aligned(workspace.keys.data()) + (run * heads + head) * depth * width_;
      kernels_.multiply({places.queries + head * depth, channels_, count, depth, panel, vectors,
                         block + head * (mixed ? width : width_), stride, last, nullptr, false});
    }
    for (int64_t q = 0; mixed && q < count; q++) {
      kernels_.multiply({of_.mix_scores, heads, heads, heads, block + q * stride, vectors,
                         places.scores + q * runs() * heads * width_ + at, width_, last, nullptr,
                         false});
    }
  }
}

// Sums of the values by shares.
void Attention::weigh(int64_t count, float* output, const Workspace& workspace,
                      const Places& places) const {
  const int64_t heads = of_.heads, depth = of_.head_channels, lanes = kernels_.lanes;
  const bool mixed = of_.mix_shares != nullptr;
  const float* const biases = aligned(workspace.biases.data());
  for (int64_t run = 0; run < runs(); run++) {
    const int64_t keys = std::min(width_, of_.tokens - run * width_);
    const float* shares = places.scores + run * heads * width_;
    int64_t stride = runs() * heads * width_;
    for (int64_t q = 0; mixed && q < count; q++) {
      kernels_.multiply({places.shares + q * heads * heads, heads, heads, heads,
                         shares + q * stride, kernels_.panel_vectors,
                         places.block + q * heads * width_, width_, width_ - lanes, nullptr,
                         false});
    }
    if (mixed) {
      shares = places.block;
      stride = heads * width_;
    }
    for (int64_t head = 0; head < heads; head++) {
      for (int64_t p = 0; p < Panels::count(kernels_, depth); p++) {
        const Panels::Panel panel = Panels::nth(kernels_, depth, p);
        const float* const values = aligned(workspace.values.data()) + head * of_.tokens * depth +
                                    panel.column * of_.tokens +
                                    run * width_ * panel.vectors * lanes;
        const int64_t channel = head * depth + panel.column;
        kernels_.multiply({shares + head * width_, stride, count, keys, values, panel.vectors,
                           output + channel, channels_, panel.last,
                           mixed ? biases + channel : nullptr, false, run > 0});
      }
    }
  }
  if (mixed) return;
  for (int64_t q = 0; q < count; q++) {
    for (int64_t c = 0; c < channels_; c++) {
      float& element = output[q * channels_ + c];
      element = element / places.sums[q * heads + c / depth] + biases[c];
    }
  }
}

}  // namespace flowline
