#ifndef FLOWLINE_TEST_FUZZ_INPUT_HPP
#define FLOWLINE_TEST_FUZZ_INPUT_HPP

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <utility>
#include <vector>

#include "flowline/flowline.h"

#define EXPECT(condition)                                                                 \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: %s; last error: %s\n", __FILE__, __LINE__, #condition, \
                   flowline_last_error());                                                \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)

/// The fuzzer's bytes, read as choices. Zeros follow the last byte, and 0 is always the plain
/// choice: the empty input is a valid call.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}

  uint8_t byte() { return at_ < end_ ? *at_++ : 0; }

  template <class T>
  T bits() {
    T value{};
    const size_t left = std::min(sizeof value, static_cast<size_t>(end_ - at_));
    if (left > 0) std::memcpy(&value, at_, left);
    at_ += left;
    return value;
  }

  /// How many of the fuzzer's bytes are left.
  size_t left() const { return static_cast<size_t>(end_ - at_); }

  /// Once in 32 bytes.
  bool rarely() { return byte() >= 0xf8; }
  bool often() { return byte() % 2 != 0; }

  /// low to high, at most 2^16 of them.
  int64_t among(int64_t low, int64_t high) {
    const int64_t range = high - low + 1;
    return low + (range <= 256 ? byte() : bits<uint16_t>()) % range;
  }

  /// `plain`, and rarely a number at or beyond some bound, or any number.
  int64_t perhaps_wild(int64_t plain) {
    if (!rarely()) return plain;
    static const int64_t WILD[] = {0,
                                   -1,
                                   INT64_MIN,
                                   INT64_MAX,
                                   INT64_MAX / 2,
                                   INT64_MAX / 4 + 1,
                                   int64_t{1} << 28,
                                   (int64_t{1} << 28) + 1,
                                   (int64_t{1} << 30) + 1,
                                   int64_t{1} << 31,
                                   int64_t{1} << 32,
                                   (int64_t{1} << 32) + 1,
                                   int64_t{1} << 62,
                                   65,
                                   1025};
    const uint8_t which = byte();
    return which < std::size(WILD) ? WILD[which] : bits<int64_t>();
  }

  int32_t perhaps_wild32(int64_t plain) { return static_cast<int32_t>(perhaps_wild(plain)); }

 private:
  const uint8_t *at_, *end_;
};

/// Memory of exactly so many elements, so that the address sanitizer sees the first one beyond.
template <class T>
class Exact {
 public:
  explicit Exact(int64_t count, int shift = 0) : count_(count), shift_(shift) {
    memory_ = static_cast<char*>(std::malloc(std::max<size_t>(bytes() + shift, 1)));
    std::memset(memory_, 0xa5, bytes() + shift);
  }
  Exact(Exact&& other) noexcept
      : count_(other.count_), shift_(other.shift_), memory_(other.memory_) {
    other.memory_ = nullptr;
  }
  Exact(const Exact&) = delete;
  Exact& operator=(const Exact&) = delete;
  ~Exact() { std::free(memory_); }

  T* get() const { return reinterpret_cast<T*>(memory_ + shift_); }
  operator T*() const { return get(); }
  T& operator[](int64_t i) const { return get()[i]; }
  int64_t size() const { return count_; }
  size_t bytes() const { return static_cast<size_t>(count_) * sizeof(T); }
  bool aligned() const { return shift_ % static_cast<int>(alignof(T)) == 0; }

  bool same_bytes(const Exact& other) const {
    return count_ == other.count_ && std::memcmp(get(), other.get(), bytes()) == 0;
  }

 private:
  int64_t count_;
  int shift_;  // bytes, to misalign it
  char* memory_;
};

/// Rarely a number of bytes that misaligns.
inline int perhaps_shift(Input& in) { return in.rarely() ? 1 + in.byte() % 3 : 0; }

/// What a call has to answer.
struct Verdict {
  bool must_fail = false;
  bool may_fail = false;  // the contract leaves it open

  void require(bool condition) { must_fail |= !condition; }
  bool plain() const { return !must_fail && !may_fail; }
};

/// The status is one of the header's, goes with the message, and is what the verdict says.
/// not_finite: the data may be answered with FLOWLINE_NOT_FINITE.
inline void expect(flowline_status status, const Verdict& verdict, bool not_finite = false) {
  EXPECT(status >= FLOWLINE_OK && status <= FLOWLINE_TOO_FEW_IMAGES);
  EXPECT(status != FLOWLINE_INTERNAL && status != FLOWLINE_OUT_OF_MEMORY);
  EXPECT((status == FLOWLINE_OK) == (flowline_last_error()[0] == '\0'));
  if (verdict.must_fail) EXPECT(status != FLOWLINE_OK);
  if (verdict.plain()) {
    EXPECT(status == FLOWLINE_OK || (not_finite && status == FLOWLINE_NOT_FINITE));
  }
}

/// A structure as a caller has it: of its own size, at an address of its own. `known` is what the
/// library may see of it: members beyond its size count as 0.
template <class Struct>
class Given {
 public:
  Given(Input& in, const Struct& value, Verdict* verdict) : known{} {
    uint32_t size = sizeof(Struct);
    if (in.rarely()) size = in.often() ? in.byte() : in.perhaps_wild32(sizeof(Struct) + 8);
    const uint32_t held = size > 4096 ? 4 : std::max<uint32_t>(size, 4);
    const uint32_t common = std::min<uint32_t>(held, sizeof(Struct));
    memory_ = static_cast<char*>(std::calloc(held, 1));
    std::memcpy(memory_, &value, common);
    std::memcpy(memory_, &size, sizeof size);
    verdict->require(size >= 4 && size <= 4096 && size % alignof(Struct) == 0);
    verdict->may_fail |= size < sizeof(Struct);
    if (size > sizeof(Struct) && size <= 4096 && in.often()) {
      memory_[sizeof(Struct) + in.byte() % (size - sizeof(Struct))] = 1;
      verdict->must_fail = true;
    }
    std::memcpy(&known, memory_, common);
    is_null_ = in.rarely() && in.often();
  }
  Given(const Given&) = delete;
  Given& operator=(const Given&) = delete;
  ~Given() { std::free(memory_); }

  bool is_null() const { return is_null_; }
  const Struct* get() const {
    return is_null_ ? nullptr : reinterpret_cast<const Struct*>(memory_);
  }

  Struct known;

 private:
  char* memory_;
  bool is_null_;
};

/// The number of tests that options ask for: what 0 means depends on the version of the structure.
inline int32_t tests_of(const flowline_segment_options& options) {
  if (options.number_of_tests != FLOWLINE_TESTS_DEFAULT) return options.number_of_tests;
  return options.struct_size <= 72 ? FLOWLINE_TESTS_PUBLISHED : FLOWLINE_TESTS_BY_SIZE;
}

/// Contexts of instruction sets, as far as this processor has them, and numbers of threads.
struct Contexts {
  explicit Contexts(std::initializer_list<std::pair<int32_t, int32_t>> sets_and_threads) {
    for (const auto& [set, threads] : sets_and_threads) {
      flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
      options.threads = threads;
      options.instruction_set = set;
      flowline_context* context;
      const flowline_status status = flowline_context_create(&options, &context);
      if (status == FLOWLINE_OK) all.push_back(context);
      EXPECT(status == FLOWLINE_OK || status == FLOWLINE_UNAVAILABLE);
    }
  }
  ~Contexts() {
    for (flowline_context* context : all) flowline_context_destroy(context);
  }
  std::vector<flowline_context*> all;
};

/// The contexts that every call is made in, one after the other; what they answer is the same.
inline const std::vector<flowline_context*>& contexts() {
  static const Contexts made({{FLOWLINE_INSTRUCTION_SET_BASELINE, 1},
                              {FLOWLINE_INSTRUCTION_SET_BEST, 2},
                              {FLOWLINE_INSTRUCTION_SET_AVX2, 3}});
  return made.all;
}

/// A map (count floats) of a kind that trees find hard, or of raw bits.
inline void fill_map(Input& in, float* map, int64_t count, int64_t width) {
  const uint8_t kind = in.byte() % 8;
  uint32_t state = in.bits<uint16_t>() + 1;
  const int levels = 1 + in.byte() % 16;
  for (int64_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    const float noise = static_cast<float>(state >> 8) * 0x1p-24f;
    switch (kind) {
      case 0:
        map[i] = 4.0f * noise;
        break;
      case 1:
        map[i] = static_cast<float>(static_cast<int>(noise * static_cast<float>(levels)));
        break;
      case 2:
        map[i] = static_cast<float>(i * levels);
        break;
      case 3:
        map[i] = static_cast<float>((i / width + i % width) % 2);
        break;
      case 4:
        map[i] = in.bits<float>();
        break;
      case 5:
        map[i] = static_cast<float>(static_cast<int8_t>(in.byte())) / 8;
        break;
      case 6:
        map[i] = noise * 0x1p-140f;
        break;
      default:
        map[i] = noise < 0.5f ? -0.0f : 0.0f;
    }
  }
  for (int patches = in.byte() % 4; patches > 0 && count > 0; patches--) {
    map[in.bits<uint16_t>() % count] = in.bits<float>();
  }
}

#endif
