// Layers of transformers: every argument of both entries, any bits as data. The same bits for every number of
// threads, and for instruction sets with a fused multiply-add; what is finite and moderate against plain
// programs in double.
#include "layers.hpp"
#include "plain/plain_attention.hpp"

namespace {

constexpr int64_t LANES = 16;

// Every output within a bound that the magnitudes set, unless float32 may overflow on the way.
void check(const Exact<float>& actual, const std::vector<double>& expected, double bound) {
  for (int64_t i = 0; bound < HUGE_NUMBER && i < actual.size(); i++) {
    EXPECT(std::fabs(static_cast<double>(actual[i]) - expected[i]) <= bound);
  }
}

/// call(context, output) in every context.
template <class Call>
void each_context(const Verdict& verdict, int64_t elements, int shift, bool no_context,
                  bool no_output, const Call& call, const std::vector<double>& expected,
                  double bound) {
  std::unique_ptr<Exact<float>> first[2];
  for (flowline_context* const context : layer_contexts()) {
    auto output = std::make_unique<Exact<float>>(elements, shift);
    expect(call(no_context ? nullptr : context, no_output ? nullptr : output->get()), verdict);
    if (!verdict.plain()) return;
    auto& known = first[kind_of(context)];
    if (known != nullptr) {
      EXPECT(same(*known, *output));
      continue;
    }
    check(*output, expected, bound);
    known = std::move(output);
  }
}

void fuzz_linear(Input& in) {
  Verdict verdict;
  const int64_t rows = in.perhaps_wild(in.among(0, 12)), inputs = in.perhaps_wild(in.among(1, 40));
  const int64_t outputs = in.perhaps_wild(in.among(LANES, 70));
  const bool valid = rows >= 0 && rows <= INT32_MAX && inputs >= 1 &&
                     inputs <= MOST_LAYER_CHANNELS && outputs >= LANES &&
                     outputs <= MOST_LAYER_CHANNELS;
  if (valid && (rows > 1000 || inputs > 1000 || outputs > 1000)) return;
  if (valid && std::max(rows, outputs) * inputs > MOST_HELD) return;
  verdict.require(valid);
  const Array x(in, valid ? rows * inputs : 1), weights(in, valid ? inputs * outputs : 1);
  const Array bias(in, valid ? outputs : 1);
  const float* const from = in.rarely() ? nullptr : x.get();
  const float* const w = in.rarely() ? nullptr : weights.get();
  const float* const b = in.often() ? nullptr : bias.get();
  const int shift = perhaps_shift(in);
  const bool no_context = in.rarely(), no_output = in.rarely();
  verdict.require(from != nullptr && w != nullptr && !no_context && !no_output &&
                  (x.shift | weights.shift | shift) % 4 == 0 &&
                  (b == nullptr || bias.shift % 4 == 0));
  const bool finite = x.finite && weights.finite && bias.finite;
  std::vector<double> expected;
  for (int64_t i = 0; verdict.plain() && finite && i < rows * outputs; i++) {
    double sum = b == nullptr ? 0 : static_cast<double>(bias.at(i % outputs));
    for (int64_t k = 0; k < inputs; k++) {
      sum += static_cast<double>(x.at(i / outputs * inputs + k)) *
             static_cast<double>(weights.at(i % outputs * inputs + k));
    }
    expected.push_back(sum);
  }
  const double terms = static_cast<double>(valid ? inputs + 1 : 1);
  const double moderate =
      1e-7 * terms * (terms * x.largest * weights.largest + bias.largest) + terms * 1e-37;
  const double bound = finite ? moderate : HUGE_NUMBER;  // compared with each other alone
  each_context(
      verdict, valid ? rows * outputs : 0, shift, no_context, no_output,
      [&](flowline_context* context, float* to) {
        return flowline_linear(context, rows, inputs, outputs, from, w, b, to);
      },
      expected, x.largest < HUGE_NUMBER && weights.largest < HUGE_NUMBER ? bound : HUGE_NUMBER);
}

/// How far float32 may be from the plain program if no element is larger than these; HUGE_NUMBER if the
/// scores are too large to tell.
double attention_bound(const flowline_attention& of, double values, double scores_by,
                       double shares_by, double bias) {
  constexpr double ROUNDING = 1e-7;
  const double depth = static_cast<double>(of.head_channels);
  const double heads = static_cast<double>(of.heads), tokens = static_cast<double>(of.tokens);
  const double mixes = of.mix_scores == nullptr ? 1 : heads * scores_by;
  const double shared = of.mix_shares == nullptr ? 1 : heads * shares_by;
  const double largest = std::fabs(static_cast<double>(of.scale)) * depth * values * values;
  const double of_scores = ROUNDING * (depth + heads + 4) * mixes * largest;
  if (!(of_scores < 0.01) || !(values < 1e6) || !(shared < 1e6) || !(bias < 1e6)) {
    return HUGE_NUMBER;
  }
  const double of_shares = 4 * of_scores + ROUNDING * (tokens + 20) + 1e-30;
  const double most = shared + bias;
  return tokens * values * (shared * of_shares + ROUNDING * (tokens + heads + 4) * most) + 1e-30;
}

void fuzz_attention(Input& in) {
  Verdict verdict;
  flowline_attention of = {};
  of.scale = in.rarely() ? in.bits<float>() : 0.25f;
  of.batch = in.perhaps_wild(in.among(1, 2));
  of.tokens = in.perhaps_wild(in.among(1, 60));
  of.heads = in.perhaps_wild(in.among(1, 5));
  of.head_channels = in.perhaps_wild(LANES * in.among(1, 3));
  const bool valid = of.batch >= 1 && of.batch <= 1 << 30 && of.tokens >= 1 && of.tokens <= 65536 &&
                     of.heads >= 1 && of.heads <= 1024 && of.head_channels >= LANES &&
                     of.head_channels <= MOST_LAYER_CHANNELS && of.head_channels % LANES == 0 &&
                     std::isfinite(of.scale);
  if (valid && (of.batch > 4 || of.tokens > 200 || of.heads > 20 || of.head_channels > 100)) return;
  verdict.require(valid);
  const int64_t channels = valid ? of.heads * of.head_channels : LANES;
  of.token_stride = in.perhaps_wild(3 * channels + in.byte() % 4);
  of.batch_stride = in.perhaps_wild(valid ? of.tokens * 3 * channels + 200 * 4 : 0);
  const int64_t most = int64_t{1} << 22;
  if (of.token_stride >= channels && of.batch_stride >= 0 &&
      (of.token_stride > most / 200 || of.batch_stride > most)) {
    return;  // memory that is not held here
  }
  verdict.require(of.token_stride >= channels && of.batch_stride >= 0);
  const int64_t held = verdict.must_fail ? 1
                                         : (of.batch - 1) * of.batch_stride +
                                               (of.tokens - 1) * of.token_stride + 3 * channels;
  if (held > MOST_HELD) return;
  const int64_t squared = valid ? of.heads * of.heads : 1;
  const Array qkv(in, held), before(in, squared), after(in, squared);
  const Array bias(in, valid ? of.heads : 1);
  of.queries = in.rarely() ? nullptr : qkv.get();
  of.keys = in.rarely() || verdict.must_fail ? of.queries : qkv.get() + channels;
  of.values = in.rarely() || verdict.must_fail ? of.queries : qkv.get() + 2 * channels;
  of.mix_scores = in.often() ? nullptr : before.get();
  of.mix_shares = in.often() ? nullptr : after.get();
  of.share_bias = in.often() ? nullptr : bias.get();
  const int shift = perhaps_shift(in);
  const bool no_context = in.rarely(), no_output = in.rarely();
  verdict.require(of.queries != nullptr && of.keys != nullptr && of.values != nullptr &&
                  (qkv.shift | shift) % 4 == 0 && !no_context && !no_output &&
                  (of.mix_scores == nullptr || before.shift % 4 == 0) &&
                  (of.mix_shares == nullptr || after.shift % 4 == 0) &&
                  (of.share_bias == nullptr || bias.shift % 4 == 0));
  const Given<flowline_attention> given(in, of, &verdict);
  verdict.must_fail |= given.is_null() || verdict.may_fail;
  verdict.may_fail = false;
  const bool finite = qkv.finite && (of.mix_scores == nullptr || before.finite) &&
                      (of.mix_shares == nullptr || after.finite) &&
                      (of.share_bias == nullptr || bias.finite);
  double bound = HUGE_NUMBER;
  std::vector<double> expected;
  if (verdict.plain() && finite && of.batch * of.tokens * of.tokens * channels <= MOST_WORK) {
    bound = attention_bound(of, qkv.largest, of.mix_scores == nullptr ? 0 : before.largest,
                            of.mix_shares == nullptr ? 0 : after.largest,
                            of.share_bias == nullptr ? 0 : bias.largest);
    for (int64_t i = 0; bound < HUGE_NUMBER && i < of.batch * of.tokens; i++) {
      const std::vector<double> query = plain_attention(of, i / of.tokens, i % of.tokens);
      expected.insert(expected.end(), query.begin(), query.end());
    }
  }
  each_context(
      verdict, verdict.plain() ? of.batch * of.tokens * channels : 1, shift, no_context, no_output,
      [&](flowline_context* context, float* to) {
        return flowline_attention_forward(context, given.get(), to);
      },
      expected, bound);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  in.byte() % 2 == 0 ? fuzz_linear(in) : fuzz_attention(in);
  return 0;
}
