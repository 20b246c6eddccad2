#ifndef FLOWLINE_TEST_STAGES_UNDER_TEST_HPP
#define FLOWLINE_TEST_STAGES_UNDER_TEST_HPP

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "api/layers.hpp"
#include "kernels_under_test.hpp"

// What the tests of layers take: contexts, images and steps as the ABI has them.

using namespace flowline;

constexpr float UNTOUCHED = -12345.0f;

/// Runs work on threads that it starts, which round in another way.
inline void lend(void (*work)(void*), void* argument, unsigned threads, unsigned flags) {
  CHECK(flags == 0);
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; i++) {
    others.emplace_back([=] {
      std::fesetround(FE_UPWARD);
      work(argument);
      CHECK(std::fegetround() == FE_UPWARD);
    });
  }
  work(argument);
  for (std::thread& other : others) other.join();
}

/// Has no other thread than the calling one.
inline void lend_none(void (*work)(void*), void* argument, unsigned, unsigned) { work(argument); }

/// Who works for a context.
struct Workers {
  int32_t threads;
  flowline_parallel parallel;
};
constexpr Workers EVERY_WORKERS[] = {{1, nullptr}, {3, nullptr}, {3, lend}, {4, lend_none}};

/// A context of an instruction set and workers.
class TestContext {
 public:
  TestContext(int32_t set, Workers workers) {
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.instruction_set = set;
    options.threads = workers.threads;
    options.parallel = workers.parallel;
    CHECK(flowline_context_create(&options, &handle_) == FLOWLINE_OK);
  }
  ~TestContext() { flowline_context_destroy(handle_); }
  TestContext(const TestContext&) = delete;
  TestContext& operator=(const TestContext&) = delete;
  operator flowline_context*() const { return handle_; }

 private:
  flowline_context* handle_ = nullptr;
};

inline std::vector<int32_t> every_set_number() {
  std::vector<int32_t> sets;
  for (int32_t set = FLOWLINE_INSTRUCTION_SET_BASELINE; set <= FLOWLINE_INSTRUCTION_SET_NEON;
       set++) {
    if (kernels_of(set) != nullptr) sets.push_back(set);
  }
  return sets;
}

inline bool fuses(int32_t set) { return std::strcmp(kernels_of(set)->name, "SSE2") != 0; }

inline std::vector<float> normal(std::mt19937& random, int64_t count, float deviation) {
  std::normal_distribution<float> of(0, deviation);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = of(random);
  return values;
}

/// Images with their channels side by side and gaps between pixels, rows and images. Where the last
/// ends is where the memory ends.
struct Pixels {
  Pixels(std::mt19937& random, int64_t n, int64_t height, int64_t width, int64_t channels,
         bool dense)
      : channel_count(channels), memory(0) {
    const int64_t column = channels + (dense ? 0 : between(random, 0, 5));
    const int64_t row = width * column + (dense ? 0 : between(random, 0, 9));
    tensor = {sizeof tensor, FLOWLINE_FLOAT32, nullptr, n, channels, height, width, height * row, 1,
              row,           column,           0,       0};
    memory = Unaligned<float>((n - 1) * height * row + (height - 1) * row + (width - 1) * column +
                              channels);
    std::normal_distribution<float> of;
    for (int64_t i = 0; i < memory.size(); i++) memory[i] = of(random);
    tensor.data = memory.data();
  }

  /// Image n as (height, width, channels), dense.
  std::vector<float> image(int64_t n) const {
    std::vector<float> values;
    for (int64_t y = 0; y < tensor.height; y++) {
      for (int64_t x = 0; x < tensor.width; x++) {
        const float* const pixel = memory.data() + n * tensor.batch_stride + y * tensor.row_stride +
                                   x * tensor.column_stride;
        values.insert(values.end(), pixel, pixel + channel_count);
      }
    }
    return values;
  }

  int64_t channel_count;
  flowline_tensor tensor;
  Unaligned<float> memory;
};

/// The steps of a stage, as the ABI takes them.
struct Steps {
  struct One {
    std::vector<float> first, first_bias, second, second_bias, gain, offset;
    std::vector<int32_t> permutation;
    flowline_coupling coupling;
  };

  Steps(std::mt19937& random, int64_t c, int64_t count)
      : channels(c), each(static_cast<size_t>(count)) {
    const int64_t passed = c - c / 2, second = c / 2 * 2;
    for (One& one : each) {
      const int64_t hidden = between(random, 1, 40);
      const int32_t kernel = between(random, 0, 1) == 1 ? 3 : 1;
      const float taps = static_cast<float>(kernel * kernel);
      one.first = normal(random, hidden * passed * kernel * kernel,
                         1 / std::sqrt(taps * static_cast<float>(passed)));
      one.second = normal(random, second * hidden * kernel * kernel,
                          1 / std::sqrt(taps * static_cast<float>(hidden)));
      one.first_bias = normal(random, hidden, 0.3f);
      one.second_bias = normal(random, second, 0.3f);
      one.gain = normal(random, c, 0.3f);
      for (float& value : one.gain) value = std::exp(value);
      one.offset = normal(random, c, 1);
      one.permutation.resize(static_cast<size_t>(c));
      std::iota(one.permutation.begin(), one.permutation.end(), 0);
      std::shuffle(one.permutation.begin(), one.permutation.end(), random);
      const bool bare = between(random, 0, 3) == 0;
      one.coupling = {sizeof(flowline_coupling),
                      static_cast<int32_t>(between(random, 0, 2)),
                      1.9f,
                      0.7f,
                      bare ? nullptr : one.gain.data(),
                      bare ? nullptr : one.offset.data(),
                      bare ? nullptr : one.permutation.data()};
      array.push_back({sizeof(flowline_flow_step), kernel, hidden, one.first.data(),
                       bare ? nullptr : one.first_bias.data(), one.second.data(),
                       bare ? nullptr : one.second_bias.data(), &one.coupling});
    }
  }

  FlowStepParameters parameters(size_t i) const {
    const flowline_flow_step& step = array[i];
    return {channels,        step.hidden,         step.kernel,      step.first_weights,
            step.first_bias, step.second_weights, step.second_bias, *step.coupling};
  }

  int64_t channels;
  std::vector<One> each;
  std::vector<flowline_flow_step> array;
};

inline void expect_failure(flowline_status status, flowline_status expected, const char* message) {
  if (status == expected && std::strstr(flowline_last_error(), message) != nullptr) return;
  std::fprintf(stderr, "status %d, \"%s\" instead of \"%s\"\n", status, flowline_last_error(),
               message);
  std::abort();
}

#endif
