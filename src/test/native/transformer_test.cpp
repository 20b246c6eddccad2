// The layers of transformers in flowline.h, at awkward shapes and strides, on every instruction set and
// with every number of threads, against plain programs in double. And what they refuse.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "check.hpp"
#include "plain/plain_attention.hpp"

namespace {

constexpr int32_t SETS[] = {FLOWLINE_INSTRUCTION_SET_BASELINE, FLOWLINE_INSTRUCTION_SET_AVX2,
                            FLOWLINE_INSTRUCTION_SET_AVX512, FLOWLINE_INSTRUCTION_SET_NEON};
constexpr float UNTOUCHED = -12345.0f;

int64_t between(std::mt19937& random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random()) % (high - low + 1);
}

std::vector<float> uniform(std::mt19937& random, int64_t count, float size) {
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) {
    value = static_cast<float>(static_cast<int32_t>(random())) * 0x1p-31f * size;
  }
  return values;
}

/// body(context, whether it has a fused multiply-add) for every set that there is, with threads.
template <class Body>
void each_context(const Body& body) {
  for (const int32_t set : SETS) {
    for (const int32_t threads : {1, 2, 3}) {
      flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
      options.instruction_set = set;
      options.threads = threads;
      flowline_context* context;
      const flowline_status status = flowline_context_create(&options, &context);
      if (status == FLOWLINE_UNAVAILABLE) continue;
      CHECK(status == FLOWLINE_OK);
      body(context, std::strstr(flowline_context_description(context), "SSE2") == nullptr);
      flowline_context_destroy(context);
    }
  }
}

/// All that have a fused multiply-add give the same bits.
void check_same(bool fuses, const std::vector<float>& actual, std::vector<float>* first) {
  if (!fuses) return;
  if (first->empty()) *first = actual;
  CHECK(*first == actual);
}

void check_linear(std::mt19937& random) {
  const bool deep = between(random, 0, 9) == 0;  // so that a sum is computed in parts
  const int64_t rows = between(random, 0, 40);
  const int64_t inputs = deep ? between(random, 769, 1700) : between(random, 1, 90);
  const int64_t outputs = between(random, 16, 130);
  const std::vector<float> x = uniform(random, rows * inputs + 1, 1);
  const std::vector<float> weights = uniform(random, outputs * inputs, 1);
  const std::vector<float> bias = uniform(random, outputs, 1);
  const float* const b = between(random, 0, 1) == 1 ? bias.data() : nullptr;
  std::vector<float> first;
  each_context([&](flowline_context* context, bool fuses) {
    std::vector<float> y(static_cast<size_t>(rows * outputs + 1), UNTOUCHED);
    CHECK(flowline_linear(context, rows, inputs, outputs, x.data(), weights.data(), b, y.data()) ==
          FLOWLINE_OK);
    CHECK(y.back() == UNTOUCHED);
    for (int64_t r = 0; r < rows; r++) {
      for (int64_t o = 0; o < outputs; o++) {
        double sum = b == nullptr ? 0 : b[o];
        for (int64_t i = 0; i < inputs; i++) {
          sum += static_cast<double>(x[r * inputs + i]) * weights[o * inputs + i];
        }
        CHECK(std::fabs(y[r * outputs + o] - sum) < 1e-6 * static_cast<double>(inputs + 1));
      }
    }
    check_same(fuses, y, &first);
  });
}

void check_attention(std::mt19937& random) {
  flowline_attention of = {};
  of.struct_size = sizeof of;
  of.batch = between(random, 1, 2);
  of.tokens = between(random, 1, 110);
  of.heads = between(random, 1, 9);
  of.head_channels = 16 * between(random, 1, 5);
  of.scale = 1 / std::sqrt(static_cast<float>(of.head_channels));
  const int64_t channels = of.heads * of.head_channels;
  of.token_stride = 3 * channels + between(random, 0, 5);
  of.batch_stride = of.tokens * of.token_stride;
  const std::vector<float> qkv = uniform(random, of.batch * of.batch_stride, 3);
  const std::vector<float> mixes = uniform(random, 2 * of.heads * of.heads + of.heads, 1);
  of.queries = qkv.data();
  of.keys = of.queries + channels;
  of.values = of.keys + channels;
  if (between(random, 0, 2) > 0) of.mix_scores = mixes.data();
  if (between(random, 0, 2) > 0) of.mix_shares = mixes.data() + of.heads * of.heads;
  if (between(random, 0, 1) > 0) of.share_bias = mixes.data() + 2 * of.heads * of.heads;
  const int64_t elements = of.batch * of.tokens * channels;
  std::vector<double> expected, first_query;
  for (int64_t i = 0; i < of.batch * of.tokens; i++) {
    const std::vector<double> one = plain_attention(of, i / of.tokens, i % of.tokens);
    expected.insert(expected.end(), one.begin(), one.end());
  }
  std::vector<float> first;
  each_context([&](flowline_context* context, bool fuses) {
    std::vector<float> y(static_cast<size_t>(elements + 1), UNTOUCHED);
    CHECK(flowline_attention_forward(context, &of, y.data()) == FLOWLINE_OK);
    CHECK(y.back() == UNTOUCHED);
    for (int64_t i = 0; i < elements; i++) {
      const double size = 3 * static_cast<double>(of.heads) *
                          (1 + (of.share_bias == nullptr ? 0 : static_cast<double>(of.tokens)));
      CHECK(std::fabs(y[i] - expected[i]) < 2e-5 * size);
    }
    check_same(fuses, y, &first);
  });
}

/// Scores that overflow an exponential, and of which some are far below the largest.
void check_large_scores() {
  const Context context;
  std::vector<float> q(16, 0.0f), k(2 * 16, 0.0f), v(2 * 16, 0.0f), y(2 * 16);
  k[0] = 1;
  k[16] = -1;
  v[0] = 5;
  v[16] = 7;
  std::vector<float> queries(2 * 16, 0.0f);
  queries[0] = 300;
  flowline_attention of = {};
  of.struct_size = sizeof of;
  of.scale = 1;
  of.batch = of.heads = 1;
  of.tokens = 2;
  of.head_channels = of.token_stride = 16;
  of.batch_stride = 32;
  of.queries = queries.data();
  of.keys = k.data();
  of.values = v.data();
  CHECK(flowline_attention_forward(context, &of, y.data()) == FLOWLINE_OK);
  CHECK(y[0] == 5 && y[16] == 6);  // all of the first key; half of each
}

void check_refusals() {
  const Context context;
  std::vector<float> x(16 * 16), y(16 * 16);
  const auto linear = [&](int64_t rows, int64_t inputs, int64_t outputs, float* to) {
    return flowline_linear(context, rows, inputs, outputs, x.data(), x.data(), nullptr, to);
  };
  CHECK_FAILS(linear(-1, 16, 16, y.data()), FLOWLINE_INVALID_ARGUMENT, "rows");
  CHECK_FAILS(linear(1, 0, 16, y.data()), FLOWLINE_INVALID_ARGUMENT, "inputs");
  CHECK_FAILS(linear(1, 16, 15, y.data()), FLOWLINE_INVALID_ARGUMENT, "outputs");
  CHECK_FAILS(linear(1, 16, 16, x.data()), FLOWLINE_INVALID_ARGUMENT, "overlap");
  CHECK_FAILS(linear(1, 16, 16, nullptr), FLOWLINE_INVALID_ARGUMENT, "output");
  flowline_attention of = {sizeof of, 1,        1,        2,        1,       16,      32,
                           16,        x.data(), x.data(), x.data(), nullptr, nullptr, nullptr};
  CHECK(flowline_attention_forward(context, &of, y.data()) == FLOWLINE_OK);
  CHECK_FAILS(flowline_attention_forward(context, &of, x.data()), FLOWLINE_INVALID_ARGUMENT,
              "overlap");
  of.head_channels = 24;
  CHECK_FAILS(flowline_attention_forward(context, &of, y.data()), FLOWLINE_INVALID_ARGUMENT,
              "head_channels must be a multiple of 16, got 24");
  of.head_channels = 16;
  of.token_stride = 15;
  CHECK_FAILS(flowline_attention_forward(context, &of, y.data()), FLOWLINE_INVALID_ARGUMENT,
              "token_stride");
  of.token_stride = 16;
  of.tokens = 0;
  CHECK_FAILS(flowline_attention_forward(context, &of, y.data()), FLOWLINE_INVALID_ARGUMENT,
              "tokens");
  CHECK_FAILS(flowline_attention_forward(context, nullptr, y.data()), FLOWLINE_INVALID_ARGUMENT,
              "attention");
}

}  // namespace

/// transformer_test [seed [rounds]]
int main(int count, char** arguments) {
  std::mt19937 random(count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 3);
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 40;
  for (int i = 0; i < rounds; i++) {
    check_linear(random);
    check_attention(random);
  }
  check_large_scores();
  check_refusals();
  return 0;
}
