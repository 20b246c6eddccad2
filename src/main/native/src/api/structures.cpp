#include "api/structures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

#include "api/status.hpp"

namespace flowline {
namespace {

// The shortest form of each structure: that of version 0.1 up to the last member that it cannot do
// without. It never grows; what a later version adds is zero where the caller does not have it.
template <class Struct>
constexpr size_t SHORTEST = 0;
template <>
constexpr size_t SHORTEST<flowline_context_options> = offsetof(flowline_context_options, device);
template <>
constexpr size_t SHORTEST<flowline_tensor> = offsetof(flowline_tensor, batch_stride);
template <>
constexpr size_t SHORTEST<flowline_segment_options> = offsetof(flowline_segment_options, roi_x);
template <>
constexpr size_t SHORTEST<flowline_region_law> = sizeof(flowline_region_law);
template <>
constexpr size_t SHORTEST<flowline_maps> = offsetof(flowline_maps, smallest);
template <>
constexpr size_t SHORTEST<flowline_coupling> = offsetof(flowline_coupling, gain);

// Members are only ever added, at the end.
#if UINTPTR_MAX == UINT64_MAX
static_assert(sizeof(flowline_context_options) == 32, "the ABI");
static_assert(sizeof(flowline_tensor) == 80, "the ABI");
static_assert(sizeof(flowline_region_law) == 32, "the ABI");
static_assert(sizeof(flowline_segment_options) == 72, "the ABI");
static_assert(sizeof(flowline_maps) == 80, "the ABI");
static_assert(sizeof(flowline_region) == 56, "the ABI");
static_assert(sizeof(flowline_coupling) == 40, "the ABI");
#endif

// The caller's structure in this library's form. A longer one may ask for nothing in its surplus.
template <class Struct>
Struct known_part(const Struct* given, const Name& name) {
  static_assert(SHORTEST<Struct> != 0, "how short may it be?");
  require_pointer(name, given, alignof(Struct));
  constexpr uint32_t LONGEST = 4096;
  const uint32_t size = given->struct_size;
  require_between(name.member("struct_size"), size, SHORTEST<Struct>, LONGEST);
  // Of no version: it would end in the middle of a member, which may be a pointer.
  if (size % alignof(Struct) != 0) {
    invalid(name.member("struct_size").text() + " must be a multiple of " +
            std::to_string(alignof(Struct)) + ", got " + std::to_string(size));
  }
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

// The places of a tensor's elements, counted from the first, as four distances and their numbers.
using Dimensions = std::array<std::pair<int64_t, int64_t>, 4>;  // (stride, size)

Dimensions dimensions_of(const flowline_tensor& tensor) {
  return {{{tensor.batch_stride, tensor.batch},
           {tensor.channel_stride, tensor.channels},
           {tensor.row_stride, tensor.height},
           {tensor.column_stride, tensor.width}}};
}

void fill_in_strides(flowline_tensor* tensor) {
  if (tensor->batch_stride != 0 || tensor->channel_stride != 0 || tensor->row_stride != 0 ||
      tensor->column_stride != 0) {
    return;
  }
  tensor->column_stride = 1;
  tensor->row_stride = tensor->width;
  tensor->channel_stride = tensor->width * tensor->height;
  tensor->batch_stride = tensor->channel_stride * tensor->channels;
}

[[noreturn]] void too_large(const Name& name) {
  invalid(name.text() + " has more elements than memory can hold");
}

}  // namespace

int64_t size_of_element(int32_t type) { return type == FLOWLINE_FLOAT32 ? 4 : 2; }

int64_t elements_of(const flowline_tensor& tensor) {
  return tensor.batch * tensor.channels * tensor.height * tensor.width;
}

int64_t extent_of(const flowline_tensor& tensor) {
  int64_t last = 0;
  for (const auto& [stride, size] : dimensions_of(tensor)) last += stride * (size - 1);
  return last + 1;
}

bool may_be_written(const flowline_tensor& tensor) {
  Dimensions dimensions = dimensions_of(tensor);
  std::sort(dimensions.begin(), dimensions.end());
  int64_t last = 0;
  for (const auto& [stride, size] : dimensions) {
    if (size == 1) continue;
    if (stride <= last) return false;
    last += stride * (size - 1);
  }
  return true;
}

flowline_context_options context_options_of(const flowline_context_options* options) {
  if (options == nullptr) return FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  const flowline_context_options known = known_part(options, "options");
  require_between("options.threads", known.threads, 1, 1024);
  require_between("options.device", known.device, FLOWLINE_DEVICE_CPU, FLOWLINE_DEVICE_CUDA);
  const bool cuda = known.device == FLOWLINE_DEVICE_CUDA;
  require_between("options.device_index", known.device_index, 0, cuda ? INT32_MAX : 0);
  require_between("options.instruction_set", known.instruction_set, FLOWLINE_INSTRUCTION_SET_BEST,
                  FLOWLINE_INSTRUCTION_SET_NEON);
  require_between("options.reserved", known.reserved, 0, 0);
  if (!cuda && known.stream != nullptr) invalid("options.stream must be NULL on the CPU");
  return known;
}

flowline_segment_options segment_options_of(const flowline_segment_options* options) {
  if (options == nullptr) return FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  const flowline_segment_options known = known_part(options, "options");
  require_between("options.pfa_bound", known.pfa_bound, FLOWLINE_PFA_CHERNOFF, FLOWLINE_PFA_EXACT);
  require_between("options.number_of_tests", known.number_of_tests, FLOWLINE_TESTS_PUBLISHED,
                  FLOWLINE_TESTS_BY_SIZE);
  require_between("options.reserved", known.reserved, 0, 0);
  return known;
}

RegionLaw region_law_of(const flowline_region_law* law, bool with_data) {
  const flowline_region_law known = known_part(law, "options.law");
  require_between("options.law.classes", known.classes, 1, MOST_CLASSES);
  require_between("options.law.knots", known.knots, 2, MOST_KNOTS);
  require_between("options.law.reserved", known.reserved, 0, 0);
  if (with_data) {
    require_pointer("options.law.level", known.level, alignof(float));
    require_pointer("options.law.log10_pfa", known.log10_pfa, alignof(double));
  }
  return {known.classes, known.knots, known.level, known.log10_pfa};
}

void require_law(const RegionLaw& law) {
  for (int32_t i = 0; i < law.knots; i++) {
    require_finite_value(Name("options.law.level", i), law.level[i]);
    if (i > 0 && !(law.level[i] > law.level[i - 1])) {
      invalid(Name("options.law.level", i).text() + " must be above the one before, " +
              std::to_string(law.level[i - 1]) + ", got " + std::to_string(law.level[i]));
    }
  }
  for (int64_t at = 0; at < static_cast<int64_t>(law.classes) * law.knots; at++) {
    const double value = law.log10_pfa[at];
    const bool first = at % law.knots == 0;
    if (!(std::isfinite(value) && (first ? value == 0.0 : value <= law.log10_pfa[at - 1]))) {
      invalid(Name("options.law.log10_pfa", at).text() +
              (first ? " must be 0, that of a class's first knot"
                     : " must be finite and not above the one before, " +
                           std::to_string(law.log10_pfa[at - 1])) +
              ", got " + std::to_string(value));
    }
  }
}

void require_inside(const flowline_segment_options& options, const flowline_maps& maps,
                    int64_t batch) {
  if (options.roi_x != 0 || options.roi_y != 0 || options.roi_width != 0 ||
      options.roi_height != 0) {
    require_between("options.roi_x", options.roi_x, 0, maps.width - 1);
    require_between("options.roi_y", options.roi_y, 0, maps.height - 1);
    require_between("options.roi_width", options.roi_width, 1, maps.width - options.roi_x);
    require_between("options.roi_height", options.roi_height, 1, maps.height - options.roi_y);
  }
  if (options.ignore == nullptr || options.ignore_batch_stride == 0) {
    require_between("options.ignore_batch_stride", options.ignore_batch_stride, 0, 0);
  } else {
    require_between("options.ignore_batch_stride", options.ignore_batch_stride,
                    maps.height * maps.width, INT64_MAX / batch);
  }
}

flowline_maps maps_of(const flowline_maps* maps) {
  const flowline_maps known = known_part(maps, "maps");
  require_between("maps.reserved", known.reserved, 0, 0);
  require_between("maps.height", known.height, 1, MOST_PIXELS);
  require_between("maps.width", known.width, 1, MOST_PIXELS);
  require_between("maps.height * width", known.height * known.width, 1, MOST_PIXELS);
  require_aligned("maps.log10_nfa", known.log10_nfa, alignof(float));
  require_aligned("maps.smallest", known.smallest, alignof(float));
  require_aligned("maps.anomaly_map", known.anomaly_map, alignof(float));
  require_aligned("maps.anomaly_score", known.anomaly_score, alignof(float));
  require_aligned("maps.fused_map", known.fused_map, alignof(float));
  require_aligned("maps.mean_energies", known.mean_energies, alignof(double));
  require_aligned("maps.channel_means", known.channel_means, alignof(double));
  return known;
}

flowline_coupling coupling_of(const flowline_coupling* coupling) {
  const flowline_coupling known = known_part(coupling, "coupling");
  require_between("coupling.clamp", known.clamp, FLOWLINE_CLAMP_TANH, FLOWLINE_CLAMP_ATAN);
  require_positive("coupling.alpha", known.alpha);
  require_finite_value("coupling.subnet_scale", known.subnet_scale);
  require_aligned("coupling.gain", known.gain, alignof(float));
  require_aligned("coupling.offset", known.offset, alignof(float));
  require_aligned("coupling.permutation", known.permutation, alignof(int32_t));
  return known;
}

flowline_tensor tensor_of(const flowline_tensor* tensor, const Name& name, bool with_data) {
  flowline_tensor known = known_part(tensor, name);
  require_between(name.member("type"), known.type, FLOWLINE_FLOAT32, FLOWLINE_BFLOAT16);
  const int64_t bytes = size_of_element(known.type);
  if (with_data) require_pointer(name.member("data"), known.data, static_cast<size_t>(bytes));
  require_between(name.member("batch"), known.batch, 1, MOST_IMAGES);
  require_between(name.member("channels"), known.channels, 1, MOST_CHANNELS);
  require_between(name.member("height"), known.height, 1, MOST_PIXELS);
  require_between(name.member("width"), known.width, 1, MOST_PIXELS);
  require_between(name.member("height * width"), known.height * known.width, 1, MOST_PIXELS);
  const int64_t most = MOST_BYTES / bytes;
  if (known.batch > most / (known.channels * (known.height * known.width))) too_large(name);
  require_between(name.member("batch_stride"), known.batch_stride, 0, INT64_MAX);
  require_between(name.member("channel_stride"), known.channel_stride, 0, INT64_MAX);
  require_between(name.member("row_stride"), known.row_stride, 0, INT64_MAX);
  require_between(name.member("column_stride"), known.column_stride, 0, INT64_MAX);
  fill_in_strides(&known);
  int64_t last = 0;
  for (const auto& [stride, size] : dimensions_of(known)) {
    int64_t span;
    if (__builtin_mul_overflow(stride, size - 1, &span) ||
        __builtin_add_overflow(last, span, &last) || last >= most) {
      too_large(name);
    }
  }
  const uintptr_t begin = with_data ? reinterpret_cast<uintptr_t>(known.data) : 0;
  if (static_cast<uintptr_t>((last + 1) * bytes) > UINTPTR_MAX - begin) too_large(name);
  return known;
}

const flowline_tensor* element_of(const flowline_tensor* array, int64_t index, const Name& name) {
  require_pointer(name, array, alignof(flowline_tensor));
  const char* at = reinterpret_cast<const char*>(array) + index * int64_t{array->struct_size};
  const flowline_tensor* element = reinterpret_cast<const flowline_tensor*>(at);
  require_aligned(name, element, alignof(flowline_tensor));
  if (element->struct_size != array->struct_size) {
    invalid(name.member("struct_size").text() + " must be that of the first, " +
            std::to_string(array->struct_size) + ", got " + std::to_string(element->struct_size));
  }
  return element;
}

}  // namespace flowline
