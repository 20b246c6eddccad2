/* libflowline_inspect for C++17: inspect.h with an owner, vectors and exceptions. Header only. */
#ifndef FLOWLINE_INSPECT_HPP
#define FLOWLINE_INSPECT_HPP

#include <flowline/inspect.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flowline/context.hpp"
#include "flowline/error.hpp"
#include "flowline/frame.hpp"
#include "flowline/inspection.hpp"
#include "flowline/span.hpp"
#include "flowline/tensor.hpp"

namespace flowline {
inline namespace v0 {  // the library's own names must not mix with these in a static link

/// What computes the network of a Model.
enum class Engine : int32_t {
  OnnxRuntime = FLOWLINE_ENGINE_ONNXRUNTIME,
  None = FLOWLINE_ENGINE_NONE
};

/// The options of a Model; see flowline_model_options.
struct ModelOptions {
  Engine engine = Engine::OnnxRuntime;
  int32_t threads = 1;   ///< of the engine for one call, the caller's included
  int32_t batch = 1;     ///< the most frames that the engine computes at once
  std::string provider;  ///< "CUDA", "TensorRT" or another; empty: the CPU
  int32_t device_index = 0;
  std::string library;  ///< the path of libonnxruntime.so; empty to look for it
};

/// The answer about one frame; see flowline_judgement.
struct Judgement {
  Verdict verdict = Verdict::NotInspected;
  float min_log10_nfa = 0;
  float anomaly_score = 0;
  double log10_epsilon = 0;
  std::optional<double> promised;  ///< none if set by hand; may be expected only, see inspect.h
  std::optional<double> p_value;
  std::vector<Region> regions;  ///< in pixels of the frame, the most meaningful first
  int64_t region_count = 0;     ///< how many there are, perhaps more than `regions` has
  /// (height, width) of the network's input, as of flowline_judgement; empty if maps were not asked
  /// for, and the second one also if anomaly_score is NaN.
  std::vector<float> log10_nfa_map, anomaly_map;
};

/// A file of `flowline export`. Any number of threads may use it, each with a Context of its own,
/// while none recalibrates, assigns or destroys it. It can be moved and not copied.
class Model {
 public:
  /// The most regions of a Judgement.
  static constexpr int64_t MOST_REGIONS = 64;

  /// Opens a file. Throws Error as flowline_model_open says.
  explicit Model(const std::string& path, const ModelOptions& options = {}) {
    const flowline_model_options given = {
        sizeof given,
        static_cast<int32_t>(options.engine),
        options.threads,
        options.batch,
        options.provider.empty() ? nullptr : options.provider.c_str(),
        options.device_index,
        0,
        options.library.empty() ? nullptr : options.library.c_str()};
    detail::check(flowline_model_open(path.c_str(), &given, &handle_));
  }
  ~Model() { flowline_model_close(handle_); }
  Model(Model&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Model& operator=(Model&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }

  /// Returns the model for calls of inspect.h.
  flowline_model* handle() const { return handle_; }

  /// Returns what the model is, as JSON; see flowline_model_description.
  std::string description() const { return flowline_model_description(handle_); }

  /// Returns how the network's input is made.
  Preprocessing preprocessing() const {
    flowline_preprocessing given{};
    given.struct_size = sizeof given;
    detail::check(flowline_model_preprocessing(handle_, &given));
    Preprocessing how;
    how.height = given.height;
    how.width = given.width;
    std::copy_n(given.mean, 3, how.mean);
    std::copy_n(given.deviation, 3, how.deviation);
    how.bits = given.bits;
    return how;
  }

  /// Inspects frames; see flowline_model_inspect. maps: whether judgements have maps.
  std::vector<Judgement> inspect(Context& context, Span<const Frame> frames,
                                 bool maps = false) const {
    return judged(frames.size(), maps, [&](flowline_judgement* judgements) {
      return flowline_model_inspect(context.handle(), handle_, frames.data(),
                                    static_cast<int64_t>(frames.size()), judgements);
    });
  }

  /// Inspects one frame.
  Judgement inspect(Context& context, const Frame& frame, bool maps = false) const {
    return std::move(inspect(context, Span<const Frame>(&frame, 1), maps).front());
  }

  /// Judges latents of another engine; see flowline_judge. frames: whose pixels regions are in; none
  /// for those of the network's input. maps: whether judgements have maps.
  std::vector<Judgement> judge(Context& context, Span<const Tensor> latents,
                               Span<const Frame> frames = {}, bool maps = false) const {
    const size_t batch = latents.empty() ? 0 : static_cast<size_t>(latents.data()->batch);
    if (!frames.empty() && frames.size() != batch) {
      detail::fail(FLOWLINE_INVALID_ARGUMENT, "frames must be as many as the batch, " +
                                                  std::to_string(batch) + ", got " +
                                                  std::to_string(frames.size()));
    }
    return judged(batch, maps, [&](flowline_judgement* judgements) {
      return flowline_judge(context.handle(), handle_, latents.data(),
                            static_cast<int32_t>(latents.size()),
                            frames.empty() ? nullptr : frames.data(), judgements);
    });
  }

  /// Sets the threshold anew; see flowline_model_recalibrate. confidence 0: on average.
  void recalibrate(Span<const float> min_log10_nfa, double rate, double confidence = 0) {
    detail::check(flowline_model_recalibrate(handle_, min_log10_nfa.data(),
                                             static_cast<int64_t>(min_log10_nfa.size()), rate,
                                             confidence));
  }

  /// Writes the file as it is now; see flowline_model_save.
  void save(const std::string& path) const {
    detail::check(flowline_model_save(handle_, path.c_str()));
  }

 private:
  static std::optional<double> known(double value) {
    return std::isnan(value) ? std::nullopt : std::optional<double>(value);
  }

  template <class Call>
  std::vector<Judgement> judged(size_t count, bool maps, Call&& call) const {
    std::vector<Region> regions(count * MOST_REGIONS);
    std::vector<flowline_judgement> received(count);
    std::vector<Judgement> judgements(count);
    const Preprocessing input = maps ? preprocessing() : Preprocessing();
    const size_t pixels = static_cast<size_t>(input.height) * static_cast<size_t>(input.width);
    for (size_t i = 0; i < count; i++) {
      received[i] = {};
      received[i].struct_size = sizeof received[i];
      received[i].regions = regions.data() + i * MOST_REGIONS;
      received[i].capacity = MOST_REGIONS;
      if (!maps) continue;
      judgements[i].log10_nfa_map.resize(pixels);
      judgements[i].anomaly_map.resize(pixels);
      received[i].log10_nfa = judgements[i].log10_nfa_map.data();
      received[i].anomaly_map = judgements[i].anomaly_map.data();
    }
    detail::check(call(received.data()));
    for (size_t i = 0; i < count; i++) {
      const flowline_judgement& from = received[i];
      const int64_t written = std::min(from.region_count, MOST_REGIONS);
      judgements[i] = {static_cast<Verdict>(from.verdict),
                       from.min_log10_nfa,
                       from.anomaly_score,
                       from.log10_epsilon,
                       known(from.promised),
                       known(from.p_value),
                       std::vector<Region>(from.regions, from.regions + written),
                       from.region_count,
                       std::move(judgements[i].log10_nfa_map),
                       std::move(judgements[i].anomaly_map)};
      if (std::isnan(from.anomaly_score)) judgements[i].anomaly_map.clear();
    }
    return judgements;
  }

  flowline_model* handle_ = nullptr;
};

}  // namespace v0
}  // namespace flowline
#endif
