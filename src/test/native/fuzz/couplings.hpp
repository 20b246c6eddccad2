#ifndef FLOWLINE_TEST_FUZZ_COUPLINGS_HPP
#define FLOWLINE_TEST_FUZZ_COUPLINGS_HPP

#include <memory>

#include "tensors.hpp"

/// One tensor of float32 with its memory, as every context gets it anew.
struct Operand {
  Operand(Input& in, const flowline_tensor& like, Verdict* verdict) : tensor(like), layout(like) {
    const int shift = perhaps_shift(in);
    elements = std::make_unique<Elements>(in, layout, FLOWLINE_FLOAT32, shift);
    tensor.type = in.perhaps_wild32(FLOWLINE_FLOAT32);
    if (in.rarely()) tensor.type = in.byte() % 3;
    tensor.data = !layout.held || in.rarely() ? nullptr : elements->get();
    verdict->require(tensor.type == FLOWLINE_FLOAT32 && layout.valid && tensor.data != nullptr &&
                     shift % 4 == 0);
  }
  float at(int64_t n, int64_t c, int64_t y, int64_t x) const {
    return elements->at(layout.at(n, c, y, x), FLOWLINE_FLOAT32);
  }
  flowline_tensor tensor;
  Layout layout;
  std::unique_ptr<Elements> elements;
};

/// The arrays of a coupling.
struct Vectors {
  Vectors(Input& in, int64_t channels, flowline_coupling* coupling)
      : gain(channels, perhaps_shift(in)),
        offset(channels, perhaps_shift(in)),
        permutation(channels, perhaps_shift(in)) {
    std::vector<int32_t> order(channels);
    for (int64_t c = 0; c < channels; c++) order[c] = static_cast<int32_t>(c);
    for (int64_t c = channels; c-- > 1;) std::swap(order[c], order[in.byte() % (c + 1)]);
    const bool strange = in.rarely();
    std::vector<char> seen(channels);
    for (int64_t c = 0; c < channels; c++) {
      float g = 0.25f + in.byte() / 64.0f, o = static_cast<float>(in.byte()) / 32 - 4;
      if (strange) {
        g = in.often() ? in.bits<float>() : g;
        o = in.often() ? in.bits<float>() : o;
        order[c] = in.perhaps_wild32(order[c]);
      }
      positive &= g > 0 && std::isfinite(g);
      finite &= std::isfinite(o);
      if (order[c] < 0 || order[c] >= channels || seen[order[c]]++ != 0) permutes = false;
      std::memcpy(reinterpret_cast<char*>(gain.get()) + 4 * c, &g, 4);
      std::memcpy(reinterpret_cast<char*>(offset.get()) + 4 * c, &o, 4);
      std::memcpy(reinterpret_cast<char*>(permutation.get()) + 4 * c, &order[c], 4);
    }
    if (in.often()) coupling->gain = gain;
    if (in.often()) coupling->offset = offset;
    if (in.often()) coupling->permutation = permutation;
  }

  /// known: what the library sees of the coupling.
  void judge(const flowline_coupling& known, Verdict* verdict) const {
    if (known.gain != nullptr) verdict->require(gain.aligned() && positive);
    if (known.offset != nullptr) {
      verdict->require(offset.aligned());
      verdict->may_fail |= !finite;
    }
    if (known.permutation != nullptr) verdict->require(permutation.aligned() && permutes);
  }

  Exact<float> gain, offset;
  Exact<int32_t> permutation;
  bool positive = true, permutes = true, finite = true;
};

/// A coupling without arrays.
inline flowline_coupling any_coupling(Input& in, Verdict* verdict) {
  flowline_coupling coupling = {};
  coupling.struct_size = sizeof coupling;
  coupling.clamp = in.perhaps_wild32(in.byte() % 3);
  coupling.alpha = 0.25f + in.byte() / 64.0f;
  coupling.subnet_scale = 0.1f + in.byte() / 64.0f;
  if (in.rarely()) coupling.alpha = in.bits<float>();
  if (in.rarely()) coupling.subnet_scale = in.bits<float>();
  verdict->require(coupling.clamp >= 0 && coupling.clamp <= 2 && coupling.alpha > 0);
  verdict->may_fail |= !std::isfinite(coupling.alpha) || !std::isfinite(coupling.subnet_scale);
  return coupling;
}

/// The logarithm of the scale.
inline double clamped(const flowline_coupling& k, double raw) {
  const double a = raw * k.subnet_scale;
  switch (k.clamp) {
    case FLOWLINE_CLAMP_TANH:
      return k.alpha * std::tanh(a);
    case FLOWLINE_CLAMP_TANH_SCALED:
      return k.alpha * std::tanh(a / k.alpha);
    default:
      return k.alpha * 0.636 * std::atan(a / k.alpha);
  }
}

/// The same bits, but for those of a NaN, which are the processor's to choose.
template <class T>
bool same(const Exact<T>& a, const Exact<T>& b) {
  for (int64_t i = 0; i < a.size(); i++) {
    if (std::memcmp(&a[i], &b[i], sizeof(T)) != 0 && !(a[i] != a[i] && b[i] != b[i])) return false;
  }
  return true;
}

#endif
