#include "preprocess/across_pass.hpp"

#include <algorithm>
#include <cstring>

namespace flowline {
namespace {

constexpr int64_t UNIT_BYTES = FRAME_ROWS * static_cast<int64_t>(sizeof(uint16_t));
constexpr int64_t PART_BYTES = 32 << 10;  // of units, half as many of 8-bit samples
constexpr int64_t GROUP_BYTES = 16;       // that are read
constexpr int64_t MOST_UNITS = 8;         // of a group

/// The place of a row or column in a range, mirrored at its ends: a Bayer pattern goes on.
int64_t mirrored(int64_t at, int64_t length) {
  if (at < 0) return -at;
  return at < length ? at : 2 * length - 2 - at;
}

}  // namespace

void AcrossParts::prepare(const ResizeFilter& filter, int32_t channels) {
  const ResizeWeights weights = filter.weights();
  const auto span = [&](int64_t begin, int64_t end) {
    return 2 * (weights.end_pair(end - 1) - weights.first_pair(begin));
  };
  constexpr int64_t OUTPUTS = 8;  // that the kernels make at a time
  const int64_t room = PART_BYTES / UNIT_BYTES / channels;
  end_.reserve(static_cast<size_t>((filter.out() + OUTPUTS - 1) / OUTPUTS));
  count_ = 0;
  most_samples_ = room;
  for (int64_t begin = 0, end = 0; begin < filter.out(); begin = end) {
    do {
      end = std::min(end + OUTPUTS, filter.out());
    } while (end < filter.out() && span(begin, std::min(end + OUTPUTS, filter.out())) <= room);
    most_samples_ = std::max(most_samples_, span(begin, end));
    end_[static_cast<size_t>(count_++)] = end;
  }
}

void AcrossPass::reserve(const Frame& frame, const AcrossParts& parts) {
  const int64_t units = parts.most_samples() * frame.format->channels + 2 * MOST_UNITS;
  units_.reserve(static_cast<size_t>(units * FRAME_ROWS));
  if (!frame.format->is_bayer()) return;
  sensor_.reserve(static_cast<size_t>((FRAME_ROWS + 2) * (frame.width + 2)));
  coloured_.reserve(static_cast<size_t>(FRAME_ROWS * frame.width));
}

void AcrossPass::take(const Frame& frame, int64_t row) {
  if (frame.format->is_bayer()) return interpolate(frame, row);
  pixel_bytes_ = frame.format->bytes;
  row_length_ = frame.width * pixel_bytes_;
  for (int64_t i = 0; i < FRAME_ROWS; i++) {
    rows_[i] = frame.data + std::min(row + i, frame.height - 1) * frame.row_bytes;
  }
}

/// Row `row` of a Bayer pattern with a pixel more at both ends, in place `at` of the sensor's rows.
const uint8_t* AcrossPass::padded(const Frame& frame, int64_t row, int64_t at) {
  uint8_t* const first = sensor_.data() + at * (frame.width + 2) + 1;
  const uint8_t* const from = frame.data + mirrored(row, frame.height) * frame.row_bytes;
  std::memcpy(first, from, static_cast<size_t>(frame.width));
  first[-1] = from[mirrored(-1, frame.width)];
  first[frame.width] = from[mirrored(frame.width, frame.width)];
  return first;
}

void AcrossPass::interpolate(const Frame& frame, int64_t row) {
  const int64_t rows = std::min(FRAME_ROWS, frame.height - row);
  pixel_bytes_ = sizeof(uint32_t);
  row_length_ = frame.width * pixel_bytes_;
  const uint8_t* above = padded(frame, row - 1, 0);
  const uint8_t* here = padded(frame, row, 1);
  for (int64_t i = 0; i < FRAME_ROWS; i++) {
    uint32_t* const pixels = coloured_.data() + std::min(i, rows - 1) * frame.width;
    rows_[i] = reinterpret_cast<const uint8_t*>(pixels);
    if (i >= rows) continue;
    const uint8_t* const below = padded(frame, row + i + 1, i + 2);
    const bool red = (row + i) % 2 == frame.red_row;
    const bool coloured_first = red == (frame.red_column == 0);
    kernels_->demosaic(above, here, below, frame.width, coloured_first, red, pixels);
    above = here;
    here = below;
  }
}

void AcrossPass::gather(const PixelGroup& group, int64_t first_pixel, int64_t pixels) {
  const int64_t at = first_pixel * pixel_bytes_;
  const int64_t groups = (pixels + group.pixels - 1) / group.pixels;
  const int64_t readable = row_length_ - at;
  const int64_t whole =
      std::min(groups, readable < GROUP_BYTES ? 0 : (readable - GROUP_BYTES) / group.bytes + 1);
  kernels_->gather(rows_, at, whole, group, units_.data());
  if (whole == groups) return;
  // A last group or two that end with the row, or would reach beyond it.
  uint8_t ends[FRAME_ROWS][2 * GROUP_BYTES] = {};
  const uint8_t* rows[FRAME_ROWS];
  for (int64_t i = 0; i < FRAME_ROWS; i++) {
    const int64_t from = at + whole * group.bytes;
    std::memcpy(ends[i], rows_[i] + from,
                static_cast<size_t>(std::min(row_length_ - from, 2 * GROUP_BYTES)));
    rows[i] = ends[i];
  }
  kernels_->gather(rows, 0, groups - whole, group,
                   units_.data() + whole * group.units * FRAME_ROWS);
}

void AcrossPass::run8(const Frame& frame, const ResizeFilter& filter, const AcrossParts& parts,
                      int64_t row, int64_t plane, uint8_t* const* pairs_of_rows) {
  take(frame, row);
  const ResizeWeights weights = filter.weights();
  for (int64_t p = 0; p < parts.count(); p++) {
    const int64_t begin = parts.begin(p), end = parts.end(p);
    const int64_t origin = weights.first_pair(begin);
    const int64_t pairs = weights.end_pair(end - 1) - origin;
    gather(frame.format->group, 2 * origin, 2 * pairs);
    const AcrossPart part = {weights, units_.data(), origin, frame.format->channels,
                             begin,   end,           plane};
    kernels_->across8(part, pairs_of_rows);
  }
}

void AcrossPass::run16(const Frame& frame, const ResizeFilter& filter, const AcrossParts& parts,
                       int64_t row, int64_t plane, float* const* rows) {
  take(frame, row);
  const ResizeWeights weights = filter.weights();
  for (int64_t p = 0; p < parts.count(); p++) {
    const int64_t begin = parts.begin(p), end = parts.end(p);
    const int64_t origin = weights.first[begin];
    const int64_t samples = weights.first[end - 1] + weights.count[end - 1] - origin;
    gather(frame.format->group, origin, samples);
    const AcrossPart part = {weights, units_.data(), origin, frame.format->channels,
                             begin,   end,           plane};
    kernels_->across16(part, rows);
  }
}

}  // namespace flowline
