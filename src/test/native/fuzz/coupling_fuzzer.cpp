// The coupling's three entries: every argument; forward against its formula, there and back again,
// and the same bits for every number of threads, instruction set and layout.
#include "couplings.hpp"

namespace {

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

  flowline_coupling coupling = any_coupling(in, &verdict);
  const int64_t channels = input.layout.held ? std::max<int64_t>(shape.channels, 1) : 1;
  const Vectors vectors(in, channels, &coupling);
  const Given<flowline_coupling> given(in, coupling, &verdict);
  vectors.judge(given.known, &verdict);
  const Given<flowline_tensor> x(in, input.tensor, &verdict);
  const Given<flowline_tensor> s(in, subnet.tensor, &of_subnet);
  // Shorter structures mean other layouts: they have to be refused or harmless, which these are.
  if (is_shorter(x, input.tensor) || is_shorter(s, subnet.tensor)) return 0;
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
