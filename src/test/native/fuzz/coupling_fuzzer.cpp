// The coupling's three entries: every argument; forward against its formula, there and back again,
// and the same bits for every number of threads, instruction set and layout.
#include <memory>

#include "tensors.hpp"

namespace {

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

double clamped(const flowline_coupling& k, double raw) {
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

/// The forward output by its formula, to what float32 can be expected to give.
void check_forward(const flowline_coupling& k, const Operand& input, const Operand& subnet,
                   const float* output) {
  const int64_t channels = input.tensor.channels, second = channels / 2, first = channels - second;
  for (int64_t n = 0; n < input.tensor.batch; n++) {
    for (int64_t c = 0; c < channels; c++) {
      const int64_t p = k.permutation == nullptr ? c : k.permutation[c];
      for (int64_t y = 0; y < input.tensor.height; y++) {
        for (int64_t x = 0; x < input.tensor.width; x++) {
          double z = input.at(n, p, y, x), size = std::fabs(z);
          if (p >= first) {
            const double a = subnet.at(n, p - first, y, x);
            const double t =
                static_cast<double>(k.subnet_scale) * subnet.at(n, p - first + second, y, x);
            const double s = clamped(k, a), factor = std::exp(s);
            if (!(std::fabs(s) < 80) || !(k.alpha < 1e6f)) continue;
            size = size * factor * (1 + k.alpha) + std::fabs(t);
            z = z * factor + t;
          }
          const double gain = k.gain == nullptr ? 1 : k.gain[p];
          const double offset = k.offset == nullptr ? 0 : k.offset[p];
          const double expected = gain * z + offset;
          size = gain * size + std::fabs(offset);
          const double actual = output[input.layout.at(n, c, y, x)];
          if (!(size < 1e37)) continue;  // float32 may overflow on the way
          EXPECT(std::fabs(actual - expected) <= 1e-5 * size + 1e-37);
        }
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  const int entry = in.byte() % 3;
  Verdict verdict;
  flowline_tensor shape = any_tensor(in, in.among(1, 3), 12, 8);
  if (shape.channels == 1 && !in.rarely()) shape.channels = 2;
  verdict.require(shape.channels >= 2);
  const Operand input(in, shape, &verdict);

  const int64_t second = shape.channels > 0 ? shape.channels / 2 : 0;
  flowline_tensor subnet_shape = any_tensor(in, 1, 1, 1);
  const bool like = !in.rarely();
  if (like) {
    subnet_shape.batch = shape.batch;
    subnet_shape.height = shape.height;
    subnet_shape.width = shape.width;
    subnet_shape.channels = 2 * second;
    if (in.often() || !Layout(subnet_shape).held) {
      subnet_shape.batch_stride = subnet_shape.channel_stride = 0;
      subnet_shape.row_stride = subnet_shape.column_stride = 0;
    }
  }
  Verdict of_subnet;
  const Operand subnet(in, subnet_shape, &of_subnet);
  of_subnet.require(subnet_shape.batch == shape.batch && subnet_shape.channels == 2 * second &&
                    subnet_shape.height == shape.height && subnet_shape.width == shape.width);

  flowline_coupling coupling = {};
  coupling.struct_size = sizeof coupling;
  coupling.clamp = in.perhaps_wild32(in.byte() % 3);
  coupling.alpha = 0.25f + in.byte() / 64.0f;
  coupling.subnet_scale = 0.1f + in.byte() / 64.0f;
  if (in.rarely()) coupling.alpha = in.bits<float>();
  if (in.rarely()) coupling.subnet_scale = in.bits<float>();
  verdict.require(coupling.clamp >= 0 && coupling.clamp <= 2 && coupling.alpha > 0);
  verdict.may_fail |= !std::isfinite(coupling.alpha) || !std::isfinite(coupling.subnet_scale);
  const int64_t channels = input.layout.held ? std::max<int64_t>(shape.channels, 1) : 1;
  const Vectors vectors(in, channels, &coupling);
  const Given<flowline_coupling> given(in, coupling, &verdict);
  vectors.judge(given.known, &verdict);
  const Given<flowline_tensor> x(in, input.tensor, &verdict);
  const Given<flowline_tensor> s(in, subnet.tensor, &of_subnet);
  // Shorter structures mean other layouts: they have to be refused or harmless, which these are.
  const auto shorter = [](const Given<flowline_tensor>& g, const flowline_tensor& t) {
    return !g.is_null() && std::memcmp(&g.known.type, &t.type, sizeof t - 4) != 0;
  };
  if (shorter(x, input.tensor) || shorter(s, subnet.tensor)) return 0;
  verdict.require(!given.is_null() && !x.is_null());
  of_subnet.require(!s.is_null());
  if (entry != 1) {
    verdict.must_fail |= of_subnet.must_fail;
    verdict.may_fail |= of_subnet.may_fail;
  }
  if (input.layout.held && !input.layout.nested()) {
    (input.layout.apart() ? verdict.may_fail : verdict.must_fail) = true;  // no room for an output
  }

  const bool no_context = in.rarely(), no_output = in.rarely(), want_log_det = !in.rarely();
  verdict.require(!no_context && (entry == 2 || !no_output));
  const int shift = perhaps_shift(in);
  verdict.require(entry == 2 || shift % 4 == 0);
  const int64_t batch = input.layout.held ? shape.batch : 1;
  std::unique_ptr<Exact<float>> first;
  std::unique_ptr<Exact<double>> first_log_det;
  for (flowline_context* context : contexts()) {
    auto output = std::make_unique<Exact<float>>(input.layout.extent, shift);
    auto log_det = std::make_unique<Exact<double>>(batch);
    for (int64_t n = 0; n < batch; n++) (*log_det)[n] = 1.0;
    double* sum = want_log_det ? log_det->get() : nullptr;
    flowline_context* to = no_context ? nullptr : context;
    float* out = no_output ? nullptr : output->get();
    flowline_status status;
    if (entry == 0) {
      status = flowline_coupling_forward(to, given.get(), x.get(), s.get(), out, sum);
    } else if (entry == 1) {
      status = flowline_coupling_undo_affine(to, given.get(), x.get(), out, sum);
    } else {
      // In place: on a copy for every context.
      if (input.tensor.data != nullptr && input.tensor.type == FLOWLINE_FLOAT32 && shift == 0 &&
          !verdict.must_fail) {
        std::memcpy(output->get(), input.tensor.data, output->bytes());
        flowline_tensor here = x.known;
        here.struct_size = sizeof here;
        here.data = output->get();
        status = flowline_coupling_inverse(to, given.get(), &here, s.get(), sum);
      } else {
        status = flowline_coupling_inverse(to, given.get(), x.get(), s.get(), sum);
        if (!verdict.must_fail) return 0;
      }
    }
    expect(status, verdict);
    if (!verdict.plain()) return 0;
    if (first == nullptr) {
      if (entry == 0) check_forward(given.known, input, subnet, *output);
      first = std::move(output);
      first_log_det = std::move(log_det);
    } else {
      EXPECT(same(*first, *output) && same(*first_log_det, *log_det));
    }
  }
  return 0;
}
