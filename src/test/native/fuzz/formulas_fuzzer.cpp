// flowline_log10_pfa and the numbers of tests: every argument, and what has to hold among the values.
#include <cmath>

#include "input.hpp"

namespace {

constexpr int64_t MOST = int64_t{1} << 28;

void pfa(Input& in) {
  const int32_t bound = in.perhaps_wild32(in.byte() % 3);
  const int64_t channels =
      in.perhaps_wild(in.often() ? in.among(1, 4096) : 1 + in.bits<uint32_t>() % MOST);
  const int64_t pixels = in.perhaps_wild(in.among(1, 1024));
  double energy = in.often() ? static_cast<double>(channels) * (0.5 + in.byte() / 64.0)
                             : static_cast<double>(in.bits<float>());
  if (in.rarely()) energy = in.bits<double>();
  const int shift = perhaps_shift(in);
  Exact<double> result(1, shift);
  double* out = in.rarely() ? nullptr : result.get();
  Verdict verdict;
  verdict.require(bound >= 0 && bound <= 2);
  verdict.require(channels >= 1 && channels <= MOST);
  verdict.require(pixels >= 1 && pixels <= MOST);
  verdict.require(std::isfinite(energy) && energy >= 0);
  verdict.require(out != nullptr && result.aligned());
  expect(flowline_log10_pfa(bound, channels, energy, pixels, out), verdict);
  if (verdict.must_fail) return;
  EXPECT(*out <= 0);  // and no NaN
  EXPECT(std::isfinite(*out) || bound == FLOWLINE_PFA_AS_RELEASED || energy > 1e300);
  double chernoff, exact, further;
  EXPECT(flowline_log10_pfa(FLOWLINE_PFA_CHERNOFF, channels, energy, 1, &chernoff) == FLOWLINE_OK);
  EXPECT(flowline_log10_pfa(FLOWLINE_PFA_EXACT, channels, energy, 1, &exact) == FLOWLINE_OK);
  EXPECT(exact <= chernoff);
  const double more = energy * (1 + in.byte() / 16.0);
  if (!std::isfinite(more)) return;
  EXPECT(flowline_log10_pfa(FLOWLINE_PFA_EXACT, channels, more, 1, &further) == FLOWLINE_OK);
  EXPECT(further <= exact + 1e-9 * std::fabs(exact));
  EXPECT(flowline_log10_pfa(FLOWLINE_PFA_CHERNOFF, channels, more, 1, &further) == FLOWLINE_OK);
  EXPECT(further <= chernoff);
}

void published(Input& in) {
  const int32_t scales = in.perhaps_wild32(in.among(1, 8));
  const int64_t held = scales >= 1 && scales <= 64 ? scales : 1;
  Exact<int64_t> pixels(held, perhaps_shift(in));
  Exact<double> result(1, perhaps_shift(in));
  Verdict verdict;
  verdict.require(scales >= 1 && scales <= 64);
  for (int64_t l = 0; l < held; l++) {
    const int64_t n = in.perhaps_wild(in.among(1, 4096));
    std::memcpy(reinterpret_cast<char*>(pixels.get()) + l * 8, &n, 8);
    verdict.require(n >= 1 && n <= MOST);
  }
  const int64_t* given = in.rarely() ? nullptr : pixels.get();
  double* out = in.rarely() ? nullptr : result.get();
  verdict.require(given != nullptr && pixels.aligned() && out != nullptr && result.aligned());
  expect(flowline_log10_number_of_tests(given, scales, out), verdict);
  if (verdict.must_fail) return;
  int64_t most = 0;
  for (int64_t l = 0; l < held; l++) most = std::max(most, pixels[l]);
  double largest;
  EXPECT(flowline_log10_number_of_tests(&most, 1, &largest) == FLOWLINE_OK);
  EXPECT(*out >= largest &&
         *out <= largest + std::log10(static_cast<double>(held)) + 1e-12 * largest);
}

void by_size(Input& in) {
  const int64_t scale = in.perhaps_wild(in.among(1, 4096));
  const int64_t total = in.perhaps_wild(scale > 0 && scale <= MOST ? scale + in.byte() : in.byte());
  const int64_t region = in.perhaps_wild(scale > 0 ? 1 + in.bits<uint16_t>() % scale : 1);
  Exact<double> result(1, perhaps_shift(in));
  double* out = in.rarely() ? nullptr : result.get();
  Verdict verdict;
  verdict.require(scale >= 1 && scale <= MOST);
  verdict.require(region >= 1 && region <= scale && scale <= total);
  verdict.require(out != nullptr && result.aligned());
  verdict.may_fail = total > 64 * MOST;  // "1 to 64 scales" of 2^28
  expect(flowline_log10_number_of_tests_by_size(scale, total, region, out), verdict);
  if (!verdict.plain()) return;
  EXPECT(*out >= std::log10(0.316915 * 4.0625) + std::log10(static_cast<double>(total)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  switch (in.byte() % 3) {
    case 0:
      pfa(in);
      break;
    case 1:
      published(in);
      break;
    default:
      by_size(in);
  }
  return 0;
}
