/* libflowline for C++17: flowline.h with owners, views and exceptions. Header only.
 *
 * flowline.h describes what functions compute. This header adds a context that destroys itself,
 * views that know their size, options with defaults, results as vectors, and exceptions instead of
 * statuses. A complete program:
 *
 *     #include <flowline/flowline.hpp>
 *     #include <iostream>
 *
 *     int main() try {
 *       std::vector<float> fine(16 * 28 * 28), coarse(32 * 14 * 14);  // (C, H, W)
 *       for (int c = 0; c < 16; c++) fine[c * 28 * 28 + 10 * 28 + 12] = 4.0f;  // a bright position
 *
 *       flowline::Context context;
 *       const double log10_epsilon = -2;  // one false alarm in a hundred images
 *       const flowline::Tensor latents[] = {flowline::Tensor(fine, {1, 16, 28, 28}),
 *                                           flowline::Tensor(coarse, {1, 32, 14, 14})};
 *       for (const auto& image : context.inspect(latents, 256, 256, log10_epsilon)) {
 *         std::cout << flowline::name_of(image.verdict) << "\n";
 *         for (const flowline::Region& region : image.regions) {
 *           std::cout << region.area << " pixels at " << region.peak_x << ", " << region.peak_y
 *                     << ", log10 NFA " << region.log10_nfa << "\n";
 *         }
 *       }
 *     } catch (const flowline::Error& error) {
 *       std::cerr << error.what() << "\n";
 *       return 1;
 *     }
 *
 * Functions that take or return vectors, Context::segment among them, use host memory and are for
 * contexts on the CPU. Functions named "_into" write to memory of the caller, which for a CUDA
 * context is the device's. A view does not keep alive what it views; a view of a temporary vector
 * does not compile.
 */
#ifndef FLOWLINE_FLOWLINE_HPP
#define FLOWLINE_FLOWLINE_HPP

#if __cplusplus < 201703L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201703L)
#error "flowline.hpp needs C++17"
#endif

#include <flowline/flowline.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// The error of a call; status() says which kind it is.
class Error : public std::runtime_error {
 public:
  Error(flowline_status status, const std::string& message)
      : std::runtime_error(message), status_(status) {}
  flowline_status status() const noexcept { return status_; }  ///< FLOWLINE_INVALID_ARGUMENT, ...

 private:
  flowline_status status_;
};

namespace detail {

[[noreturn]] inline void fail(flowline_status status, const std::string& message) {
  throw Error(status, std::string(flowline_status_name(status)) + ": " + message);
}

inline void check(flowline_status status) {
  if (status != FLOWLINE_OK) fail(status, flowline_last_error());
}

constexpr int64_t MOST_ELEMENTS = INT64_MAX / 8;

/// Returns how many elements an array of these sizes has.
inline size_t count(std::initializer_list<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes) {
    if (size < 0 || (size > 0 && product > MOST_ELEMENTS / size)) {
      fail(FLOWLINE_INVALID_ARGUMENT,
           "a size of " + std::to_string(size) + " is negative or more than memory can hold");
    }
    product *= size;
  }
  return static_cast<size_t>(product);
}

/// Returns whether `count` has an answer above 0. flowline.h refuses other sizes and names them.
inline bool is_countable(std::initializer_list<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes) {
    if (size <= 0 || product > MOST_ELEMENTS / size) return false;
    product *= size;
  }
  return true;
}

}  // namespace detail

/// A view of elements side by side that somebody else owns. An empty one gives or asks for nothing.
template <class Element>
class Span {
  using Value = std::remove_const_t<Element>;
  template <class T>
  using IfConst = std::enable_if_t<std::is_const<T>::value>;

 public:
  Span() = default;
  Span(Element* data, size_t size) : data_(data), size_(size) {}
  Span(std::vector<Value>& vector) : Span(vector.data(), vector.size()) {}  // NOLINT: a view
  template <class T = Element, class = IfConst<T>>
  Span(const std::vector<Value>& vector) : Span(vector.data(), vector.size()) {}  // NOLINT
  Span(const std::vector<Value>&&) = delete;  // it would be gone before the view
  template <size_t Size>
  Span(Element (&array)[Size]) : Span(array, Size) {}  // NOLINT
  template <size_t Size>
  Span(Element (&&)[Size]) = delete;
  Span(std::initializer_list<Value>) = delete;  // nor does a list in braces stay
  template <class T, class = std::enable_if_t<!std::is_same<T, Element>::value &&
                                              std::is_same<const T, Element>::value>>
  Span(const Span<T>& other) : Span(other.data(), other.size()) {}  // NOLINT

  Element* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  /// Returns the elements, which must be `needed`; nullptr if there are none and they are optional.
  Element* require_size(const char* name, size_t needed, bool optional = false) const {
    if (size_ == needed) return data_;
    if (optional && size_ == 0) return nullptr;
    detail::fail(FLOWLINE_INVALID_ARGUMENT, std::string(name) + " must have " +
                                                std::to_string(needed) + " elements, got " +
                                                std::to_string(size_));
  }

 private:
  Element* data_ = nullptr;
  size_t size_ = 0;
};

/// Returns the version of the library, "major.minor.patch".
inline std::string version() { return flowline_version(); }

// ---- Context options ---------------------------------------------------------------------------

/// Where a context computes.
enum class Device : int32_t { Cpu = FLOWLINE_DEVICE_CPU, Cuda = FLOWLINE_DEVICE_CUDA };

/// The instructions that a context on the CPU uses; all of them give the same bits.
enum class InstructionSet : int32_t {
  Best = FLOWLINE_INSTRUCTION_SET_BEST,
  Baseline = FLOWLINE_INSTRUCTION_SET_BASELINE,
  Avx2 = FLOWLINE_INSTRUCTION_SET_AVX2,
  Avx512 = FLOWLINE_INSTRUCTION_SET_AVX512,
  Neon = FLOWLINE_INSTRUCTION_SET_NEON
};

/// The options of a Context; see flowline_context_options.
struct ContextOptions {
  int32_t threads = 1;  ///< 1 to 1024, the caller's included; a CUDA context ignores it
  Device device = Device::Cpu;
  int32_t device_index = 0;
  InstructionSet instruction_set = InstructionSet::Best;
  void* stream = nullptr;  ///< a cudaStream_t
};

/// Returns how many CUDA devices this library can use. If none, `why` receives the reason.
inline int32_t cuda_devices(std::string* why = nullptr) {
  int32_t devices = 0;
  const flowline_status status = flowline_cuda_devices(&devices);
  if (status != FLOWLINE_UNAVAILABLE) detail::check(status);
  if (why != nullptr) *why = flowline_last_error();
  return devices;
}

// ---- Tensors -----------------------------------------------------------------------------------

/// The type of a tensor's elements.
enum class Type : int32_t {
  Float32 = FLOWLINE_FLOAT32,
  Float16 = FLOWLINE_FLOAT16,
  BFloat16 = FLOWLINE_BFLOAT16
};

/// The bits of a half-precision number, the element type of a Tensor over such memory.
enum class Float16 : uint16_t {};
enum class BFloat16 : uint16_t {};

/// The Type of tensors with such elements.
template <class Element>
struct TypeOf;
template <>
struct TypeOf<float> {
  static constexpr Type value = Type::Float32;
};
template <>
struct TypeOf<Float16> {
  static constexpr Type value = Type::Float16;
};
template <>
struct TypeOf<BFloat16> {
  static constexpr Type value = Type::BFloat16;
};

/// The sizes of a batch of images.
struct Shape {
  int64_t batch, channels, height, width;

  /// Returns how many elements a dense tensor of this shape has.
  size_t elements() const { return detail::count({batch, channels, height, width}); }
};

/// Distances in elements; all 0: dense, row-major.
struct Strides {
  int64_t batch = 0, channel = 0, row = 0, column = 0;

  /// A distance of 0 is meant, and reads the same elements again; see FLOWLINE_TENSOR_BROADCAST.
  bool broadcast = false;

  /// Returns the strides of a dense tensor (batch, height, width, channels).
  static Strides channels_last(const Shape& shape) {
    return {shape.height * shape.width * shape.channels, 1, shape.width * shape.channels,
            shape.channels, false};
  }
};

/// A view of a batch of images (batch, channels, height, width), of the context's device.
struct Tensor : flowline_tensor {
  /// first: element (0, 0, 0, 0), of the type `element`.
  Tensor(Type element, const void* first, const Shape& shape, const Strides& strides = {})
      : flowline_tensor{sizeof(flowline_tensor),
                        static_cast<int32_t>(element),
                        first,
                        shape.batch,
                        shape.channels,
                        shape.height,
                        shape.width,
                        strides.batch,
                        strides.channel,
                        strides.row,
                        strides.column,
                        strides.broadcast ? uint32_t{FLOWLINE_TENSOR_BROADCAST} : 0u,
                        0} {}

  /// first: a pointer to float, Float16 or BFloat16.
  template <class Element, Type = TypeOf<Element>::value>
  Tensor(const Element* first, const Shape& shape, const Strides& strides = {})
      : Tensor(TypeOf<Element>::value, first, shape, strides) {}

  /// All of a vector. Throws Error unless it has the shape's size.
  template <class Element, Type = TypeOf<Element>::value>
  Tensor(const std::vector<Element>& all, const Shape& shape)
      : Tensor(Span<const Element>(all).require_size("tensor", shape.elements()), shape) {}
  template <class Element, Type = TypeOf<Element>::value>
  Tensor(const std::vector<Element>&&, const Shape&) = delete;  // it would be gone before the view

  /// Returns the sizes of the tensor.
  Shape shape() const { return {batch, channels, height, width}; }
};

static_assert(sizeof(Tensor) == sizeof(flowline_tensor) &&
                  std::is_trivially_copyable<Tensor>::value,
              "an array of Tensor is passed on as an array of flowline_tensor");
static_assert(sizeof(Float16) == 2 && sizeof(BFloat16) == 2, "the elements of half precision");

// ---- Segmentation ------------------------------------------------------------------------------

/// How the PFA of a region is computed; see FLOWLINE_PFA_CHERNOFF and its siblings.
enum class PfaBound : int32_t {
  Chernoff = FLOWLINE_PFA_CHERNOFF,
  AsReleased = FLOWLINE_PFA_AS_RELEASED,
  Exact = FLOWLINE_PFA_EXACT
};

/// How many tests the PFA of a region is multiplied by; see FLOWLINE_TESTS_PUBLISHED and
/// its sibling.
enum class NumberOfTests : int32_t {
  Published = FLOWLINE_TESTS_PUBLISHED,
  BySize = FLOWLINE_TESTS_BY_SIZE
};

/// A box in pixels of the maps; all 0: everywhere.
struct Box {
  int64_t x = 0, y = 0, width = 0, height = 0;
};

/// A region law in host memory; see flowline_region_law.
struct RegionLaw {
  std::vector<float> level;       ///< by knot
  std::vector<double> log10_pfa;  ///< (classes, knots)

  /// The size of the maps that it was measured on; both 0: unknown, and not checked.
  int64_t height = 0, width = 0;
};

/// Returns the number of size classes of laws for maps of this size; see flowline_size_classes.
inline int32_t size_classes(int64_t height, int64_t width) {
  return flowline_size_classes(height, width);
}

/// Fits a region law for maps of any size to good images. maxima: (images, classes), of
/// Context::region_maxima; see flowline_region_law_fit.
inline RegionLaw fit_region_law(Span<const float> maxima, int32_t classes) {
  const int64_t size = static_cast<int64_t>(maxima.size());
  if (classes < 1 || size % classes != 0) {
    detail::fail(FLOWLINE_INVALID_ARGUMENT, "maxima must have a multiple of the " +
                                                std::to_string(classes) + " classes, got " +
                                                std::to_string(size));
  }
  RegionLaw law;
  law.level.resize(FLOWLINE_LAW_KNOTS);
  law.log10_pfa.resize(detail::count({classes, FLOWLINE_LAW_KNOTS}));
  int32_t knots;
  detail::check(flowline_region_law_fit(maxima.data(), size / classes, classes, law.level.data(),
                                        law.log10_pfa.data(), &knots));
  law.level.resize(static_cast<size_t>(knots));
  law.log10_pfa.resize(detail::count({classes, knots}));
  return law;
}

/// Fits a region law for maps of one size, which a call then checks. maxima: (images,
/// size_classes(height, width)), of Context::region_maxima.
inline RegionLaw fit_region_law(Span<const float> maxima, int64_t height, int64_t width) {
  RegionLaw law = fit_region_law(maxima, size_classes(height, width));
  law.height = height;
  law.width = width;
  return law;
}

/// A threshold of min_log10_nfa and the false-alarm rate that it guarantees.
struct Threshold {
  float log10_epsilon;  ///< an image shows a defect if its min_log10_nfa is below it
  double promised;      ///< guaranteed false-alarm rate per image
};

/// Returns the threshold from the min_log10_nfa of good images that did nothing else; see
/// flowline_log10_epsilon. Throws Error of FLOWLINE_TOO_FEW_IMAGES if they cannot guarantee the
/// rate.
inline Threshold threshold(Span<const float> min_log10_nfa, double rate, double confidence = 0.0) {
  Threshold result;
  detail::check(flowline_log10_epsilon(min_log10_nfa.data(),
                                       static_cast<int64_t>(min_log10_nfa.size()), rate, confidence,
                                       &result.log10_epsilon, &result.promised));
  return result;
}

/// A field of view that was prepared for many calls, by Context::field_of_view. It does not change:
/// any number of threads and of contexts of its device may use it. It can be moved and not copied,
/// and may outlive its context; see flowline_field_of_view_create.
class FieldOfView {
 public:
  /// Takes over what flowline_field_of_view_create made.
  explicit FieldOfView(flowline_field_of_view* handle) : handle_(handle) {}
  ~FieldOfView() { flowline_field_of_view_destroy(handle_); }
  FieldOfView(FieldOfView&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  FieldOfView& operator=(FieldOfView&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  /// Returns the field of view for calls of flowline.h; nullptr once it was moved from.
  const flowline_field_of_view* handle() const { return handle_; }

 private:
  flowline_field_of_view* handle_;
};

/// The options of Context::segment; see flowline_segment_options.
struct SegmentOptions {
  PfaBound pfa_bound = PfaBound::Chernoff;
  NumberOfTests number_of_tests = NumberOfTests::BySize;
  Box region_of_interest = {};
  Span<const uint8_t> ignore = {};  ///< (height, width) for all images, or (batch, height, width)
  const RegionLaw* law = nullptr;   ///< the caller's, host memory; nullptr: chi-square energies

  /// The caller's, in place of region_of_interest and ignore, which are then empty.
  const FieldOfView* field_of_view = nullptr;
};

/// The results of a segmentation, in host memory.
struct Maps {
  int64_t batch = 0, height = 0, width = 0;
  std::vector<float> log10_nfa;       ///< (batch, height, width)
  std::vector<float> min_log10_nfa;   ///< (batch)
  std::vector<float> anomaly_map;     ///< (batch, height, width), empty if it was not wanted
  std::vector<float> anomaly_score;   ///< (batch), empty if it was not wanted
  std::vector<float> fused_map;       ///< (batch, height, width) of latents[0], likewise
  std::vector<double> mean_energies;  ///< (batch, scales), likewise
  std::vector<double> channel_means;  ///< (batch, sum of the scales' channels), likewise

  /// Returns the map of log10 NFA of one image, for Context::regions.
  Span<const float> log10_nfa_of(int64_t image) const&& = delete;  // the maps would be gone
  Span<const float> log10_nfa_of(int64_t image) const& {
    if (image < 0 || image >= batch) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "image must be 0 to " + std::to_string(batch - 1) +
                                                  ", got " + std::to_string(image));
    }
    const size_t pixels = detail::count({height, width});
    return {log10_nfa.data() + static_cast<size_t>(image) * pixels, pixels};
  }
};

/// The outputs of a segmentation, in device memory of the context. An empty one is not computed.
struct MapViews {
  int64_t height = 0, width = 0;
  Span<float> log10_nfa = {};       ///< (batch, height, width)
  Span<float> min_log10_nfa = {};   ///< (batch)
  Span<float> anomaly_map = {};     ///< (batch, height, width)
  Span<float> anomaly_score = {};   ///< (batch)
  Span<float> fused_map = {};       ///< (batch, height, width) of latents[0], the finest scale
  Span<double> mean_energies = {};  ///< (batch, scales)
  Span<double> channel_means = {};  ///< (batch, sum of the scales' channels)
};

/// Whether the anomaly map and its score are asked for too.
enum class AnomalyMap { No, Yes };

/// Whether the fused map is asked for too, for Context::region_maxima.
enum class FusedMap { No, Yes };

/// Whether the mean energies and the channel means are asked for too.
enum class Means { No, Yes };

/// A connected component of the pixels below the threshold; see flowline_region.
using Region = flowline_region;

/// What an inspection decides; see flowline_decide.
enum class Verdict : int32_t {
  NotInspected = FLOWLINE_NOT_INSPECTED,
  Good = FLOWLINE_GOOD,
  Defect = FLOWLINE_DEFECT
};

/// Returns the verdict on an image from its smallest log10 NFA; see flowline_decide.
inline Verdict decide(float min_log10_nfa, double log10_epsilon) {
  return static_cast<Verdict>(flowline_decide(min_log10_nfa, log10_epsilon));
}

/// Returns a verdict in words: "good", "defect", "not inspected".
inline const char* name_of(Verdict verdict) {
  return verdict == Verdict::Good     ? "good"
         : verdict == Verdict::Defect ? "defect"
                                      : "not inspected";
}

/// The verdict on one image; see flowline_inspect.
struct Inspection {
  Verdict verdict;
  float min_log10_nfa;
  std::vector<Region> regions;  ///< the most meaningful first; at least one of a defect
};

// ---- The parts of the method -------------------------------------------------------------------

/// A component tree, by node, the root first.
struct ComponentTree {
  std::vector<int32_t> node_of_pixel;  ///< (height, width)
  std::vector<int32_t> parent;         ///< -1 of the root
  std::vector<float> altitude;
  std::vector<int32_t> area;
};

/// The regions that were selected from a component tree; see flowline_select.
struct Selection {
  std::vector<int32_t> region_of_pixel;  ///< (height, width): a node; -1 in no region
  std::vector<double> log10_pfa;         ///< by node; 0 beyond the last one
  std::vector<float> painted;            ///< (height, width)
};

/// Returns log10 PFA of a region; see flowline_log10_pfa.
inline double log10_pfa(PfaBound bound, int64_t channels, double energy, int64_t pixels) {
  double result;
  detail::check(flowline_log10_pfa(static_cast<int32_t>(bound), channels, energy, pixels, &result));
  return result;
}

/// Returns log10 of the published number of tests. pixels: of each scale.
inline double log10_number_of_tests(Span<const int64_t> pixels) {
  double result;
  detail::check(
      flowline_log10_number_of_tests(pixels.data(), static_cast<int32_t>(pixels.size()), &result));
  return result;
}

inline double log10_number_of_tests(std::initializer_list<int64_t> pixels) {
  return log10_number_of_tests(Span<const int64_t>(pixels.begin(), pixels.size()));
}

/// Returns log10 of the number of tests by size; see flowline_log10_number_of_tests_by_size.
inline double log10_number_of_tests_by_size(int64_t scale_pixels, int64_t total_pixels,
                                            int64_t region_pixels) {
  double result;
  detail::check(
      flowline_log10_number_of_tests_by_size(scale_pixels, total_pixels, region_pixels, &result));
  return result;
}

// ---- Couplings ---------------------------------------------------------------------------------

/// The soft clamp of a coupling's raw log-scale.
enum class Clamp : int32_t {
  Tanh = FLOWLINE_CLAMP_TANH,
  TanhScaled = FLOWLINE_CLAMP_TANH_SCALED,
  Atan = FLOWLINE_CLAMP_ATAN
};

/// An affine coupling with a global affine and a permutation; see flowline_coupling. The views have
/// (channels) elements each, of the context's device; empty: 1, 0 and the identity.
struct Coupling {
  Clamp clamp = Clamp::Tanh;
  float alpha = 2.0f;
  float subnet_scale = 0.1f;
  Span<const float> gain = {};
  Span<const float> offset = {};
  Span<const int32_t> permutation = {};
};

// ---- Context -----------------------------------------------------------------------------------

/// A device, its stream, its threads and a workspace. One thread at a time may use it. It can be
/// moved and not copied; a context that was moved from can be assigned to and destroyed.
class Context {
 public:
  /// Creates a context. Throws Error if the device, its stream or the threads cannot be had.
  explicit Context(const ContextOptions& options = {}) {
    const flowline_context_options given = {sizeof given,
                                            options.threads,
                                            static_cast<int32_t>(options.device),
                                            options.device_index,
                                            static_cast<int32_t>(options.instruction_set),
                                            0,
                                            options.stream};
    detail::check(flowline_context_create(&given, &handle_));
  }
  ~Context() { flowline_context_destroy(handle_); }
  Context(Context&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Context& operator=(Context&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  /// Returns the context for calls of flowline.h.
  flowline_context* handle() const { return handle_; }

  /// Returns where the context computes: "CPU, 2 threads, AVX-512".
  std::string description() const { return flowline_context_description(handle_); }

  /// Sets the stream, a cudaStream_t, of the calls that follow; see flowline_context_set_stream.
  void set_stream(void* stream) { detail::check(flowline_context_set_stream(handle_, stream)); }

  /// Prepares a field of view for calls with maps of this size, of this context and of others of
  /// its device. ignore: (height, width) for all images, or (batch, height, width); it is copied.
  FieldOfView field_of_view(int64_t height, int64_t width, const Box& region_of_interest,
                            Span<const uint8_t> ignore = {}) {
    const bool countable = detail::is_countable({height, width});
    const size_t pixels = countable ? detail::count({height, width}) : 1;
    const int64_t masks = static_cast<int64_t>(ignore.size() / pixels);
    if (countable && ignore.size() % pixels != 0) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "ignore must have a multiple of the " +
                                                  std::to_string(pixels) + " pixels, got " +
                                                  std::to_string(ignore.size()));
    }
    const bool by_image = countable && masks > 1;
    flowline_segment_options where = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    where.roi_x = region_of_interest.x;
    where.roi_y = region_of_interest.y;
    where.roi_width = region_of_interest.width;
    where.roi_height = region_of_interest.height;
    where.ignore = ignore.empty() ? nullptr : ignore.data();
    where.ignore_batch_stride = by_image ? height * width : 0;
    flowline_field_of_view* made = nullptr;
    detail::check(
        flowline_field_of_view_create(handle_, &where, height, width, by_image ? masks : 1, &made));
    return FieldOfView(made);
  }

  /// Decides whether images show defects, and says where, in pixels of height by width. latents:
  /// finest scale first, of the context's device; see flowline_inspect.
  std::vector<Inspection> inspect(Span<const Tensor> latents, int64_t height, int64_t width,
                                  double log10_epsilon, const SegmentOptions& options = {}) {
    const int64_t batch = latents.empty() ? 0 : latents.data()->batch;
    const bool possible = batch >= 1 && batch <= MOST_IMAGES;  // flowline.h names what is not
    const size_t images = possible ? static_cast<size_t>(batch) : 0;
    std::vector<flowline_verdict> verdicts(images + 1);
    std::vector<float> smallest(images + 1);
    std::vector<int64_t> counts(images + 1);
    const size_t room = std::min<size_t>(16, 65536 / (images + 1));  // of each; few have more
    std::vector<Region> regions((images + 1) * room);
    const flowline_region_law law = law_of(options);
    const flowline_segment_options how = options_of(options, latents, height, width, &law);
    flowline_inspection asked = {sizeof asked,
                                 0,
                                 height,
                                 width,
                                 log10_epsilon,
                                 verdicts.data(),
                                 smallest.data(),
                                 regions.data(),
                                 static_cast<int64_t>(room),
                                 counts.data()};
    for (;;) {
      detail::check(flowline_inspect(handle_, latents.data(), scales_of(latents), &how, &asked));
      const int64_t most = *std::max_element(counts.begin(), counts.end());
      if (most <= asked.capacity) break;
      regions.resize(images * static_cast<size_t>(most));
      asked.regions = regions.data();
      asked.capacity = most;
    }
    std::vector<Inspection> results(images);
    for (size_t image = 0; image < images; image++) {
      const Region* const first = regions.data() + image * static_cast<size_t>(asked.capacity);
      results[image] = {static_cast<Verdict>(verdicts[image]), smallest[image],
                        std::vector<Region>(first, first + counts[image])};
    }
    return results;
  }
  std::vector<Inspection> inspect(std::initializer_list<Tensor> latents, int64_t height,
                                  int64_t width, double log10_epsilon,
                                  const SegmentOptions& options = {}) {
    return inspect(view_of(latents), height, width, log10_epsilon, options);
  }

  /// Computes maps in host memory. latents: finest scale first. height, width: of the maps.
  Maps segment(Span<const Tensor> latents, int64_t height, int64_t width,
               const SegmentOptions& options = {}, AnomalyMap anomaly = AnomalyMap::No,
               FusedMap fused = FusedMap::No, Means means = Means::No) {
    Maps maps;
    maps.batch = latents.empty() ? 0 : latents.data()->batch;
    maps.height = height;
    maps.width = width;
    // Nothing is allocated for a call that cannot be.
    flowline_maps asked = {};
    asked.struct_size = sizeof asked;
    asked.height = height;
    asked.width = width;
    check_call(latents, options, asked);
    const size_t images = detail::count({maps.batch});
    const size_t pixels = detail::count({maps.batch, height, width});
    maps.log10_nfa.resize(pixels);
    maps.min_log10_nfa.resize(images);
    if (anomaly == AnomalyMap::Yes) {
      maps.anomaly_map.resize(pixels);
      maps.anomaly_score.resize(images);
    }
    if (fused == FusedMap::Yes) {
      const Shape finest = latents.data()->shape();
      maps.fused_map.resize(detail::count({maps.batch, finest.height, finest.width}));
    }
    if (means == Means::Yes) {
      maps.mean_energies.resize(images * latents.size());
      maps.channel_means.resize(detail::count({maps.batch, channels_of(latents)}));
    }
    MapViews views;
    views.height = height;
    views.width = width;
    views.log10_nfa = maps.log10_nfa;
    views.min_log10_nfa = maps.min_log10_nfa;
    views.anomaly_map = maps.anomaly_map;
    views.anomaly_score = maps.anomaly_score;
    views.fused_map = maps.fused_map;
    views.mean_energies = maps.mean_energies;
    views.channel_means = maps.channel_means;
    segment_into(latents, views, options);
    return maps;
  }

  Maps segment(std::initializer_list<Tensor> latents, int64_t height, int64_t width,
               const SegmentOptions& options = {}, AnomalyMap anomaly = AnomalyMap::No,
               FusedMap fused = FusedMap::No, Means means = Means::No) {
    return segment(view_of(latents), height, width, options, anomaly, fused, means);
  }

  /// Computes the maps that are not empty, in memory of the caller. latents: finest scale first.
  void segment_into(Span<const Tensor> latents, const MapViews& maps,
                    const SegmentOptions& options = {}) {
    const flowline_maps to = maps_of(latents, maps);
    const flowline_region_law law = law_of(options);
    const flowline_segment_options how =
        options_of(options, latents, maps.height, maps.width, &law);
    detail::check(flowline_segment(handle_, latents.data(), scales_of(latents), &how, &to));
  }

  void segment_into(std::initializer_list<Tensor> latents, const MapViews& maps,
                    const SegmentOptions& options = {}) {
    segment_into(view_of(latents), maps, options);
  }

  /// Grows the workspace to what this segment_into needs: it then allocates nothing.
  void reserve(Span<const Tensor> latents, const MapViews& maps,
               const SegmentOptions& options = {}) {
    const flowline_maps to = maps_of(latents, maps);
    const flowline_region_law law = law_of(options);
    const flowline_segment_options how =
        options_of(options, latents, maps.height, maps.width, &law);
    detail::check(flowline_reserve(handle_, latents.data(), scales_of(latents), &how, &to));
  }

  void reserve(std::initializer_list<Tensor> latents, const MapViews& maps,
               const SegmentOptions& options = {}) {
    reserve(view_of(latents), maps, options);
  }

  /// Returns the regions of one map, the most meaningful first. The verdict is not theirs but that
  /// of inspect; see flowline_regions.
  std::vector<Region> regions(Span<const float> log10_nfa, int64_t height, int64_t width,
                              double log10_epsilon = 0.0, int32_t connectivity = 4) {
    std::vector<Region> found(16);
    const float* map = map_of("log10_nfa", log10_nfa, height, width);
    for (;;) {
      const int64_t capacity = static_cast<int64_t>(found.size());
      int64_t count;
      detail::check(flowline_regions(handle_, map, height, width, log10_epsilon, connectivity,
                                     found.data(), capacity, &count));
      found.resize(static_cast<size_t>(count));
      if (count <= capacity) return found;
    }
  }

  /// Returns, for each class k, the highest level of a region of at least 2^k positions.
  std::vector<float> region_maxima(Span<const float> map, int64_t height, int64_t width,
                                   int32_t classes) {
    std::vector<float> maxima(detail::count({classes}));
    detail::check(flowline_region_maxima(handle_, map_of("map", map, height, width), height, width,
                                         classes, maxima.data()));
    return maxima;
  }

  std::vector<float> region_maxima(Span<const float> map, int64_t height, int64_t width) {
    return region_maxima(map, height, width, size_classes(height, width));
  }

  /// Returns the energies (batch, height, width) of a latent in host memory.
  std::vector<float> energy(const Tensor& latent) {
    std::vector<float> result(detail::count({latent.batch, latent.height, latent.width}));
    energy_into(latent, result);
    return result;
  }

  /// Computes the energies (batch, height, width) of a latent, in memory of the caller.
  void energy_into(const Tensor& latent, Span<float> energy) {
    const size_t positions = detail::count({latent.batch, latent.height, latent.width});
    detail::check(flowline_energy(handle_, &latent, energy.require_size("energy", positions)));
  }

  /// Returns the component tree of a map in host memory. connectivity: 4 or 8.
  ComponentTree component_tree(Span<const float> map, int64_t height, int64_t width,
                               int32_t connectivity) {
    const float* values = map_of("map", map, height, width);
    ComponentTree tree;
    tree.node_of_pixel.resize(map.size());
    tree.parent.resize(map.size());
    tree.altitude.resize(map.size());
    tree.area.resize(map.size());
    int32_t nodes;
    detail::check(flowline_component_tree(handle_, values, height, width, connectivity,
                                          tree.node_of_pixel.data(), tree.parent.data(),
                                          tree.altitude.data(), tree.area.data(), &nodes));
    tree.parent.resize(static_cast<size_t>(nodes));
    tree.altitude.resize(static_cast<size_t>(nodes));
    tree.area.resize(static_cast<size_t>(nodes));
    return tree;
  }

  /// Prunes and merges the component tree of `levels`. options: only pfa_bound and number_of_tests
  /// count. energies: (height, width), or empty to take them from levels.
  Selection select(Span<const float> levels, int64_t height, int64_t width, int64_t channels,
                   int64_t total_pixels, const SegmentOptions& options = {},
                   Span<const float> energies = {}) {
    const float* values = map_of("levels", levels, height, width);
    flowline_segment_options how = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
    how.pfa_bound = static_cast<int32_t>(options.pfa_bound);
    how.number_of_tests = static_cast<int32_t>(options.number_of_tests);
    Selection selection;
    selection.region_of_pixel.resize(levels.size());
    selection.log10_pfa.resize(levels.size());
    selection.painted.resize(levels.size());
    detail::check(flowline_select(
        handle_, values, energies.require_size("energies", levels.size(), true), height, width,
        channels, total_pixels, &how, selection.region_of_pixel.data(), selection.log10_pfa.data(),
        selection.painted.data()));
    return selection;
  }

  /// Computes a coupling block forward. output: has the strides and the extent of input. log_det:
  /// (batch) or empty.
  void coupling_forward(const Coupling& coupling, const Tensor& input, const Tensor& subnet,
                        float* output, Span<double> log_det = {}) {
    const flowline_coupling given = coupling_of(coupling, input);
    detail::check(flowline_coupling_forward(handle_, &given, &input, &subnet, output,
                                            log_det_of(log_det, input)));
  }

  /// Undoes the permutation and the affine of a coupling block, the first of two steps of its
  /// inverse. Arguments as of coupling_forward.
  void coupling_undo_affine(const Coupling& coupling, const Tensor& input, float* output,
                            Span<double> log_det = {}) {
    const flowline_coupling given = coupling_of(coupling, input);
    detail::check(
        flowline_coupling_undo_affine(handle_, &given, &input, output, log_det_of(log_det, input)));
  }

  /// Inverts the affine coupling in place, the second of two steps of the inverse. latent: the
  /// output of coupling_undo_affine.
  void coupling_inverse(const Coupling& coupling, const Tensor& latent, const Tensor& subnet,
                        Span<double> log_det = {}) {
    const flowline_coupling given = coupling_of(coupling, latent);
    detail::check(
        flowline_coupling_inverse(handle_, &given, &latent, &subnet, log_det_of(log_det, latent)));
  }

 private:
  static constexpr int64_t MOST_IMAGES = int64_t{1} << 30;  // of a batch

  /// A list of arguments lives as long as the call that it is an argument of.
  static Span<const Tensor> view_of(std::initializer_list<Tensor> latents) {
    return {latents.begin(), latents.size()};
  }

  static int32_t scales_of(Span<const Tensor> latents) {
    return latents.size() > INT32_MAX ? INT32_MAX : static_cast<int32_t>(latents.size());
  }

  void check_call(Span<const Tensor> latents, const SegmentOptions& options,
                  const flowline_maps& maps) {
    const flowline_region_law law = law_of(options);
    const flowline_segment_options how =
        options_of(options, latents, maps.height, maps.width, &law);
    detail::check(flowline_reserve(handle_, latents.data(), scales_of(latents), &how, &maps));
  }

  static flowline_maps maps_of(Span<const Tensor> latents, const MapViews& maps) {
    const Shape finest = latents.empty() ? Shape{} : latents.data()->shape();
    const int64_t batch = finest.batch, height = maps.height, width = maps.width;
    return {sizeof(flowline_maps),
            0,
            height,
            width,
            output("maps.log10_nfa", maps.log10_nfa, {batch, height, width}),
            output("maps.min_log10_nfa", maps.min_log10_nfa, {batch}),
            output("maps.anomaly_map", maps.anomaly_map, {batch, height, width}),
            output("maps.anomaly_score", maps.anomaly_score, {batch}),
            output("maps.fused_map", maps.fused_map, {batch, finest.height, finest.width}),
            output("maps.mean_energies", maps.mean_energies, {batch, scales_of(latents)}),
            output("maps.channel_means", maps.channel_means, {batch, channels_of(latents)})};
  }

  /// Returns where an output goes, nullptr if it is empty. Sizes that no call may have are left to
  /// flowline.h, which checks them before it writes and names the wrong one.
  template <class Element>
  static Element* output(const char* name, Span<Element> view,
                         std::initializer_list<int64_t> sizes) {
    if (view.empty() || !detail::is_countable(sizes)) return view.data();
    return view.require_size(name, detail::count(sizes));
  }

  /// Returns the channels of all scales, 0 if those of one are not countable.
  static int64_t channels_of(Span<const Tensor> latents) {
    int64_t channels = 0;
    for (size_t scale = 0; scale < latents.size(); scale++) {
      const int64_t more = latents.data()[scale].channels;
      if (!detail::is_countable({more}) || channels > detail::MOST_ELEMENTS - more) return 0;
      channels += more;
    }
    return channels;
  }

  static flowline_region_law law_of(const SegmentOptions& options) {
    if (options.law == nullptr) return {};
    const RegionLaw& law = *options.law;
    const size_t knots = law.level.size();
    if (knots == 0 || law.log10_pfa.size() % knots != 0) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "options.law.log10_pfa must have a multiple of the " +
                                                  std::to_string(knots) + " knots, got " +
                                                  std::to_string(law.log10_pfa.size()));
    }
    return {sizeof(flowline_region_law),
            static_cast<int32_t>(law.log10_pfa.size() / knots),
            static_cast<int32_t>(knots),
            0,
            law.level.data(),
            law.log10_pfa.data(),
            law.height,
            law.width};
  }

  static flowline_segment_options options_of(const SegmentOptions& options,
                                             Span<const Tensor> latents, int64_t height,
                                             int64_t width, const flowline_region_law* law) {
    const int64_t batch = latents.empty() ? 1 : latents.data()->batch;
    const bool countable = detail::is_countable({batch, height, width});
    const bool by_image =
        countable && batch > 1 && options.ignore.size() == detail::count({batch, height, width});
    const uint8_t* const ignore = by_image || !countable
                                      ? options.ignore.data()
                                      : output("options.ignore", options.ignore, {height, width});
    return {sizeof(flowline_segment_options),
            static_cast<int32_t>(options.pfa_bound),
            static_cast<int32_t>(options.number_of_tests),
            0,
            options.region_of_interest.x,
            options.region_of_interest.y,
            options.region_of_interest.width,
            options.region_of_interest.height,
            ignore,
            by_image ? height * width : 0,
            options.law == nullptr ? nullptr : law,
            prepared_of(options)};
  }

  static const flowline_field_of_view* prepared_of(const SegmentOptions& options) {
    if (options.field_of_view == nullptr) return nullptr;
    // NULL would be everything in view.
    if (options.field_of_view->handle() == nullptr) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "options.field_of_view was moved from");
    }
    return options.field_of_view->handle();
  }

  static flowline_coupling coupling_of(const Coupling& coupling, const Tensor& of) {
    const size_t channels = detail::count({of.channels});
    return {sizeof(flowline_coupling),
            static_cast<int32_t>(coupling.clamp),
            coupling.alpha,
            coupling.subnet_scale,
            coupling.gain.require_size("coupling.gain", channels, true),
            coupling.offset.require_size("coupling.offset", channels, true),
            coupling.permutation.require_size("coupling.permutation", channels, true)};
  }

  static double* log_det_of(Span<double> log_det, const Tensor& of) {
    return log_det.require_size("log_det", detail::count({of.batch}), true);
  }

  static const float* map_of(const char* name, Span<const float> map, int64_t height,
                             int64_t width) {
    return map.require_size(name, detail::count({height, width}));
  }

  flowline_context* handle_ = nullptr;
};

}  // namespace v0
}  // namespace flowline
#endif
