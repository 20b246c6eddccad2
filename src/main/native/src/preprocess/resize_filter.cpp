#include "preprocess/resize_filter.hpp"

#include <algorithm>

namespace flowline {
namespace {

constexpr int FIXED_BITS = 22, LOWER_BITS = 11;

/// The smallest whole number that is not smaller; of numbers that are not negative.
int64_t rounded_up(double value) {
  const int64_t whole = static_cast<int64_t>(value);
  return static_cast<double>(whole) < value ? whole + 1 : whole;
}

}  // namespace

void ResizeFilter::prepare(int64_t in, int64_t out) {
  if (in == in_ && out == out_) return;
  in_ = 0;  // none, if memory runs out
  const double scale = static_cast<double>(in) / static_cast<double>(out);
  const double support = std::max(scale, 1.0);
  const int64_t reach = rounded_up(support);
  taps_ = 2 * reach + 1;
  pairs_ = reach + 1;  // also of those that begin with the second sample of a pair
  first_.reserve(static_cast<size_t>(out));
  count_.reserve(static_cast<size_t>(out));
  weight_.reserve(static_cast<size_t>(out * taps_));
  fixed_.reserve(static_cast<size_t>(out * pairs_));
  row_.reserve(static_cast<size_t>(taps_));
  in_ = in;
  out_ = out;
  for (int64_t output = 0; output < out; output++) set(output, scale, support);
}

// The same operations on the same double numbers as in Flowline's ResizeFilter.java and in PIL.
void ResizeFilter::set(int64_t output, double scale, double support) {
  const double center = (static_cast<double>(output) + 0.5) * scale;
  const int64_t first = std::max<int64_t>(0, static_cast<int64_t>(center - support + 0.5));
  const int64_t end = std::min(in_, static_cast<int64_t>(center + support + 0.5));
  const int64_t count = end - first;
  double sum = 0.0;
  for (int64_t k = 0; k < count; k++) {
    const double offset = (static_cast<double>(first + k) - center + 0.5) * (1.0 / support);
    row_[k] = std::max(0.0, 1.0 - (offset < 0.0 ? -offset : offset));
    sum += row_[k];
  }
  const double factor = sum == 0.0 ? 1.0 : 1.0 / sum;
  first_[output] = static_cast<int32_t>(first);
  count_[output] = static_cast<int32_t>(count);
  float* const weight = weight_.data() + output * taps_;
  PairWeight* const fixed = fixed_.data() + output * pairs_;
  std::fill_n(fixed, pairs_, PairWeight{0, 0});
  for (int64_t k = 0; k < count; k++) {
    const double normalised = row_[k] * factor;
    weight[k] = static_cast<float>(normalised);
    const uint32_t units = static_cast<uint32_t>(normalised * (1 << FIXED_BITS) + 0.5);
    const int64_t sample = first % 2 + k;
    const int shift = sample % 2 == 0 ? 0 : 16;
    fixed[sample / 2].upper |= units >> LOWER_BITS << shift;
    fixed[sample / 2].lower |= (units & ((1u << LOWER_BITS) - 1)) << shift;
  }
}

}  // namespace flowline
