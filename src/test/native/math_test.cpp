// The elementary functions against the C library's in long double: the error that their comments
// state, over the whole range, in units in the last place.
//
//     math_test [seed [SHARE]]    with one in SHARE of the arguments, for slow processors
#include <cfloat>
#include <cmath>

#include "kernels_under_test.hpp"
#include "math/excess.hpp"
#include "math/short_floats.hpp"
#include "math/soft_clamps.hpp"

namespace {

using namespace flowline;

uint64_t share = 1;

// What separates two neighbours at `value` in a type of `digits` digits, smallest exponent `least`.
long double unit(long double value, int digits, int least) {
  int exponent = least;
  if (value != 0) std::frexp(value, &exponent);
  return std::ldexp(1.0L, std::max(exponent - digits, least));
}

struct Worst {
  double error = 0, at = 0;
  void see(double argument, double actual, long double expected, long double ulp) {
    const double of_this = static_cast<double>(std::fabs((actual - expected) / ulp));
    if (of_this <= error) return;
    error = of_this;
    at = argument;
  }
  void require(const char* name, double bound) const {
    std::printf("%-22s at most %.3f units in the last place, at %.9g\n", name, error, at);
    CHECK(error <= bound);
    CHECK(error > 0.5 ||
          bound < 0.6);  // a correctly rounded one would mean that nothing was tested
  }
};

// Every 1009th of all floats in [low, high].
template <class Function, class Reference>
void floats(const char* name, Function function, Reference reference, float low, float high,
            double bound) {
  Worst worst;
  for (uint64_t bits = 0; bits < uint64_t{1} << 32; bits += 1009 * share) {
    const float x = float_of(static_cast<uint32_t>(bits));
    if (!(x >= low && x <= high)) continue;
    const long double expected = reference(static_cast<long double>(x));
    worst.see(x, function(x), expected, unit(expected, FLT_MANT_DIG, -149));
  }
  worst.require(name, bound);
}

template <class Function, class Reference, class Argument>
void doubles(const char* name, Function function, Reference reference, Argument argument,
             double bound) {
  Worst worst;
  for (uint64_t i = 0; i < 400000 / share; i++) {
    const double x = argument();
    const long double expected = reference(static_cast<long double>(x));
    worst.see(x, function(x), expected, unit(expected, DBL_MANT_DIG, -1074));
  }
  worst.require(name, bound);
}

void of_floats() {
  const auto exp_of = [](long double x) { return std::exp(x); };
  const auto tanh_of = [](long double x) { return std::tanh(x); };
  const auto atan_of = [](long double x) { return std::atan(x); };
  const auto own_exp = [](float x) { return exponential(x); };
  floats("exp, float32", own_exp, exp_of, -110, 88.72f, 1.0);
  floats("tanh, float32", hyperbolic_tangent, tanh_of, -FLT_MAX, FLT_MAX, 3.0);
  floats("tanh, float32, near 0", hyperbolic_tangent, tanh_of, -0.01f, 0.01f, 3.0);
  floats("arctan, float32", arctangent, atan_of, -FLT_MAX, FLT_MAX, 3.0);
  floats("arctan, float32, near 0", arctangent, atan_of, -0.01f, 0.01f, 2.0);
}

void of_doubles(std::mt19937& generator) {
  std::mt19937_64 random(generator());
  const auto uniform = [&](double low, double high) {
    return
        [&random, low, high] { return std::uniform_real_distribution<double>(low, high)(random); };
  };
  // Of any size: the exponents are as likely as each other.
  const auto any = [&](double low, double high) {
    return [&random, low, high] {
      const uint64_t first = bits_of(low), last = bits_of(high);
      return double_of(std::uniform_int_distribution<uint64_t>(first, last)(random));
    };
  };
  const auto exp_of = [](long double x) { return std::exp(x); };
  const auto log_of = [](long double x) { return std::log(x); };
  const auto log1p_of_ = [](long double x) { return std::log1p(x); };
  const auto own_exp = [](double x) { return exponential(x); };
  doubles("exp", own_exp, exp_of, uniform(-745, 709.7), 1.0);
  doubles("exp, near 0", own_exp, exp_of, uniform(-1, 1), 1.0);
  doubles("log", natural_log, log_of, any(5e-324, DBL_MAX), 1.0);
  doubles("log, near 1", natural_log, log_of, uniform(0.5, 2), 1.0);
  doubles("log1p", log1p_of, log1p_of_, any(1e-300, 1e300), 2.0);
  doubles("log1p, negative", log1p_of, log1p_of_, uniform(-1 + 1e-15, 0), 2.0);
  const auto minus = any(1e-300, 0.999);
  doubles(
      "log1p, small negative", log1p_of, log1p_of_, [&] { return -minus(); }, 2.0);
}

void special_values() {
  CHECK(exponential(0.0f) == 1.0f && exponential(-0.0f) == 1.0f);
  CHECK(exponential(-INFINITY) == 0.0f && exponential(-104.0f) == 0.0f);
  CHECK(exponential(-103.9f) == FLT_TRUE_MIN);
  CHECK(std::isinf(exponential(88.73f)) && std::isinf(exponential(INFINITY)));
  CHECK(std::isfinite(exponential(88.72f)) && std::isnan(exponential(NAN)));
  CHECK(hyperbolic_tangent(INFINITY) == 1.0f && hyperbolic_tangent(-INFINITY) == -1.0f);
  CHECK(hyperbolic_tangent(20.0f) == 1.0f && std::isnan(hyperbolic_tangent(NAN)));
  CHECK(hyperbolic_tangent(FLT_TRUE_MIN) == FLT_TRUE_MIN);
  CHECK(std::signbit(hyperbolic_tangent(-0.0f)) && !std::signbit(hyperbolic_tangent(0.0f)));
  CHECK(arctangent(INFINITY) == 1.57079633f && arctangent(-INFINITY) == -1.57079633f);
  CHECK(arctangent(FLT_TRUE_MIN) == FLT_TRUE_MIN && std::isnan(arctangent(NAN)));
  CHECK(std::signbit(arctangent(-0.0f)) && !std::signbit(arctangent(0.0f)));
  for (float x = 1e-30f; x < 1e30f; x *= 1.37f) {
    CHECK(hyperbolic_tangent(-x) == -hyperbolic_tangent(x));
    CHECK(arctangent(-x) == -arctangent(x));
  }
  CHECK(exponential(0.0) == 1.0 && exponential(-750.0) == 0.0 && std::isinf(exponential(710.0)));
  CHECK(exponential(-745.13) == DBL_TRUE_MIN && std::isinf(exponential(1e300)));
  CHECK(exponential(-1e300) == 0.0 && std::isnan(exponential(static_cast<double>(NAN))));
  CHECK(natural_log(1.0) == 0.0 && natural_log(0.0) == -INFINITY);
  CHECK(log1p_of(0.0) == 0.0 && log1p_of(DBL_TRUE_MIN) == DBL_TRUE_MIN);
}

// Every float16 and every bfloat16.
void short_floats() {
  for (uint32_t bits = 0; bits < 65536; bits++) {
    const uint16_t half = static_cast<uint16_t>(bits);
    const float sign = (bits & 0x8000u) != 0 ? -1.0f : 1.0f;
    const int exponent = static_cast<int>(bits >> 10 & 31u);
    const float fraction = static_cast<float>(bits & 1023u);
    const float actual = float_of_half(half);
    if (exponent == 31) {
      CHECK(fraction == 0 ? actual == sign * INFINITY : std::isnan(actual));
    } else {
      const float expected =
          exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
      CHECK(bits_of(actual) == bits_of(sign * expected));
    }
    const int wide = static_cast<int>(bits >> 7 & 255u);
    const float digits = static_cast<float>(bits & 127u);
    const float brain = float_of_bfloat(half);
    if (wide == 255) {
      CHECK(digits == 0 ? brain == sign * INFINITY : std::isnan(brain));
    } else {
      const float expected =
          wide == 0 ? std::ldexp(digits, -133) : std::ldexp(128 + digits, wide - 134);
      CHECK(bits_of(brain) == bits_of(sign * expected));
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  if (count > 2) share = std::strtoull(arguments[2], nullptr, 10);
  of_floats();
  of_doubles(random);
  special_values();
  short_floats();
}
