#include "api/arguments.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "api/status.hpp"
#include "kernels/kernels.hpp"

namespace flowline {
namespace {

void require_aligned(const Name& name, const void* pointer, size_t alignment) {
  if (reinterpret_cast<uintptr_t>(pointer) % alignment == 0) return;
  invalid(name.text() + " must be aligned to " + std::to_string(alignment) + " bytes");
}

// The shortest form of each structure: that of version 0.1 up to the last member that it reads. It
// never grows; what a later version adds is zero where the caller does not have it.
template <class Struct>
constexpr uint32_t SHORTEST = 0;
template <>
constexpr uint32_t SHORTEST<flowline_context_options> = offsetof(flowline_context_options,
                                                                 threads) +
                                                        sizeof(int32_t);
template <>
constexpr uint32_t SHORTEST<flowline_tensor> = offsetof(flowline_tensor, width) + sizeof(int64_t);
template <>
constexpr uint32_t SHORTEST<flowline_segment_options> = offsetof(flowline_segment_options,
                                                                 number_of_tests) +
                                                        sizeof(int32_t);
template <>
constexpr uint32_t SHORTEST<flowline_maps> = offsetof(flowline_maps, log10_nfa) + sizeof(float*);

// The caller's structure in this library's form. A longer one may ask for nothing in its surplus.
template <class Struct>
Struct known_part(const Struct* given, const Name& name) {
  static_assert(SHORTEST<Struct> != 0, "how short may it be?");
  require_aligned(name, given, alignof(Struct));
  constexpr uint32_t LONGEST = 4096;
  const uint32_t size = given->struct_size;
  require_between(name.member("struct_size"), size, SHORTEST<Struct>, LONGEST);
  const char* bytes = reinterpret_cast<const char*>(given);
  const uint32_t common = std::min<uint32_t>(size, sizeof(Struct));
  if (std::any_of(bytes + common, bytes + size, [](char byte) { return byte != 0; })) {
    throw Error(FLOWLINE_UNSUPPORTED,
                name.text() + " sets a member that version " FLOWLINE_VERSION " does not know");
  }
  Struct known{};
  std::memcpy(&known, given, common);
  return known;
}

}  // namespace

Name Name::member(const char* name) const {
  Name result = *this;
  result.member_ = name;
  return result;
}

std::string Name::text() const {
  std::string text = argument_;
  if (index_ >= 0) text += "[" + std::to_string(index_) + "]";
  if (member_ != nullptr) text += std::string(".") + member_;
  return text;
}

void require_between(const Name& name, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return;
  invalid(name.text() + " must be " + std::to_string(low) + " to " + std::to_string(high) +
          ", got " + std::to_string(value));
}

void require_pointer(const Name& name, const void* pointer, size_t alignment) {
  if (pointer == nullptr) invalid(name.text() + " must not be NULL");
  require_aligned(name, pointer, alignment);
}

void require_optional_pointer(const Name& name, const void* pointer, size_t alignment) {
  require_aligned(name, pointer, alignment);
}

void require_map(int64_t height, int64_t width) {
  require_between("height", height, 1, MOST_PIXELS);
  require_between("width", width, 1, MOST_PIXELS);
  require_between("height * width", height * width, 1, MOST_PIXELS);
}

void require_connectivity(int32_t connectivity) {
  if (connectivity == 4 || connectivity == 8) return;
  invalid("connectivity must be 4 or 8, got " + std::to_string(connectivity));
}

void require_finite(const Name& name, const float* map, int64_t height, int64_t width) {
  const int64_t at = kernels_of(FLOWLINE_INSTRUCTION_SET_BEST)->first_not_finite(map, height * width);
  if (at < 0) return;
  throw Error(FLOWLINE_NOT_FINITE, name.text() + " is not finite at row " +
                                       std::to_string(at / width) + ", column " +
                                       std::to_string(at % width));
}

int32_t threads_of(const flowline_context_options* options) {
  if (options == nullptr) return 1;
  const int32_t threads = known_part(options, "options").threads;
  require_between(Name("options").member("threads"), threads, 1, 1024);
  return threads;
}

flowline_segment_options segment_options_of(const flowline_segment_options* options) {
  if (options == nullptr) return FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  const flowline_segment_options known = known_part(options, "options");
  require_between(Name("options").member("pfa_bound"), known.pfa_bound, FLOWLINE_PFA_CHERNOFF,
                  FLOWLINE_PFA_EXACT);
  require_between(Name("options").member("number_of_tests"), known.number_of_tests,
                  FLOWLINE_TESTS_PUBLISHED, FLOWLINE_TESTS_BY_SIZE);
  require_between(Name("options").member("reserved"), known.reserved, 0, 0);
  return known;
}

flowline_maps maps_of(const flowline_maps* maps) {
  const flowline_maps known = known_part(maps, "maps");
  require_between("maps.reserved", known.reserved, 0, 0);
  require_between("maps.height", known.height, 1, MOST_PIXELS);
  require_between("maps.width", known.width, 1, MOST_PIXELS);
  require_between("maps.height * width", known.height * known.width, 1, MOST_PIXELS);
  require_optional_pointer("maps.log10_nfa", known.log10_nfa, alignof(float));
  require_optional_pointer("maps.smallest", known.smallest, alignof(float));
  require_optional_pointer("maps.anomaly_map", known.anomaly_map, alignof(float));
  require_optional_pointer("maps.anomaly_score", known.anomaly_score, alignof(float));
  return known;
}

flowline_tensor tensor_of(const flowline_tensor* tensor, const Name& name) {
  flowline_tensor known = known_part(tensor, name);
  require_between(name.member("type"), known.type, FLOWLINE_FLOAT32, FLOWLINE_FLOAT32);
  require_pointer(name.member("data"), known.data, alignof(float));
  require_between(name.member("batch"), known.batch, 1, MOST_IMAGES);
  require_between(name.member("channels"), known.channels, 1, MOST_CHANNELS);
  require_between(name.member("height"), known.height, 1, MOST_PIXELS);
  require_between(name.member("width"), known.width, 1, MOST_PIXELS);
  require_between(name.member("height * width"), known.height * known.width, 1, MOST_PIXELS);
  const int64_t image = known.channels * (known.height * known.width);
  constexpr int64_t ADDRESSABLE = INT64_MAX / static_cast<int64_t>(sizeof(float));
  if (known.batch > ADDRESSABLE / image) {
    invalid(name.text() + " has more elements than memory can hold: " +
            std::to_string(known.batch) + " * " + std::to_string(image));
  }
  const bool dense = known.batch_stride == 0 && known.channel_stride == 0 &&
                     known.row_stride == 0 && known.column_stride == 0;
  if (dense) {
    known.column_stride = 1;
    known.row_stride = known.width;
    known.channel_stride = known.height * known.width;
    known.batch_stride = image;
  }
  return known;
}

}  // namespace flowline
