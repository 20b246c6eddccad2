#ifndef FLOWLINE_TEST_PLAIN_ATTENTION_HPP
#define FLOWLINE_TEST_PLAIN_ATTENTION_HPP

#include <cmath>
#include <cstdint>
#include <vector>

#include "flowline/flowline.h"

/// The scores of a query, then what it takes of each key, by the definition in flowline.h.
inline std::vector<double> plain_attention(const flowline_attention& of, int64_t image,
                                           int64_t query) {
  const int64_t heads = of.heads, tokens = of.tokens, channels = of.head_channels;
  const auto element = [&](const float* from, int64_t token, int64_t channel) {
    return static_cast<double>(from[image * of.batch_stride + token * of.token_stride + channel]);
  };
  const auto mixed = [&](const std::vector<double>& from, const float* by, const float* bias) {
    if (by == nullptr && bias == nullptr) return from;
    std::vector<double> to(from.size());
    for (int64_t h = 0; h < heads; h++) {
      for (int64_t k = 0; k < tokens; k++) {
        double sum = bias == nullptr ? 0 : bias[h];
        if (by == nullptr) sum += from[h * tokens + k];
        for (int64_t g = 0; by != nullptr && g < heads; g++) {
          sum += by[h * heads + g] * from[g * tokens + k];
        }
        to[h * tokens + k] = sum;
      }
    }
    return to;
  };
  std::vector<double> scores(static_cast<size_t>(heads * tokens));
  for (int64_t h = 0; h < heads; h++) {
    for (int64_t k = 0; k < tokens; k++) {
      double sum = 0;
      for (int64_t c = h * channels; c < (h + 1) * channels; c++) {
        sum += element(of.queries, query, c) * element(of.keys, k, c);
      }
      scores[h * tokens + k] = of.scale * sum;
    }
  }
  scores = mixed(scores, of.mix_scores, nullptr);
  for (int64_t h = 0; h < heads; h++) {
    double largest = -INFINITY, sum = 0;
    for (int64_t k = 0; k < tokens; k++) largest = std::fmax(largest, scores[h * tokens + k]);
    for (int64_t k = 0; k < tokens; k++) sum += std::exp(scores[h * tokens + k] - largest);
    for (int64_t k = 0; k < tokens; k++) {
      scores[h * tokens + k] = std::exp(scores[h * tokens + k] - largest) / sum;
    }
  }
  const std::vector<double> shares = mixed(scores, of.mix_shares, of.share_bias);
  std::vector<double> output(static_cast<size_t>(heads * channels));
  for (int64_t c = 0; c < heads * channels; c++) {
    for (int64_t k = 0; k < tokens; k++) {
      output[c] += shares[c / channels * tokens + k] * element(of.values, k, c);
    }
  }
  return output;
}

#endif
