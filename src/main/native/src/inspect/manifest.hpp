#ifndef FLOWLINE_INSPECT_MANIFEST_HPP
#define FLOWLINE_INSPECT_MANIFEST_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flowline/flowline.h"

namespace flowline {

/// The most zones of a test.
constexpr size_t MOST_ZONES = 32;

/// What an exported file says beside its network: the JSON of its metadata, checked.
struct Manifest {
  /// The key of the file's metadata.
  static constexpr const char* KEY = "flowline";

  struct Scale {
    std::string name;
    int64_t channels, height, width;
  };

  /// The maxima that a region law is fitted to.
  struct Law {
    std::vector<float> maxima;  // (images, classes)
    int64_t images = 0;
    int32_t classes = 0;
    std::vector<float> baselines;  // (images); empty if the law is not relative
    float baseline_exponent = 0;   // 0 unless the law is relative
    int64_t map_height = 0, map_width = 0;
  };

  /// The tested positions of the fused map, by numbers of positions: in view, out of view, and so on.
  struct View {
    int64_t height, width;
    std::vector<int64_t> runs;
  };

  /// A zone of a test, see Zone.java: its regions are tested by themselves, by a law of its own.
  struct Zone {
    std::string name;
    double share;  // of the false alarms
    int64_t smallest_region;
    std::optional<Law> law;
  };

  /// Where the zones of the fused map are: pairs, row by row, of a zone's index and a number of positions.
  struct Zones {
    int64_t height = 0, width = 0;
    std::vector<int64_t> runs;
    std::vector<Zone> zones;
  };

  struct Calibration {
    double promised;
    bool expected = false;         // cross-fitted: `promised` is expected, and nobody guarantees it
    std::vector<double> scores;    // ascending; empty if p-values cannot be had
    std::vector<double> p_values;  // (scores + 1): of an image that so many scores are at most
  };

  std::string json;  // what this was read from
  std::string input_name;
  flowline_preprocessing input;
  std::vector<Scale> latents;  // finest first
  std::string map_name, score_name;
  bool maps_likelihood;
  int32_t pfa_bound, number_of_tests;
  double log10_epsilon;
  std::optional<Law> law;
  std::optional<View> view;
  int64_t smallest_region;
  std::optional<Zones> zones;
  std::optional<Calibration> calibration;   // none if the threshold was set by hand
  std::optional<std::string> recalibrated;  // when, if it was by flowline_model_recalibrate
  double guard_below, guard_above;
  std::vector<std::string> golden_entries;  // of the metadata
};

/// Reads a manifest, which may come from anybody. It takes memory in proportion to the text.
///
/// file_bytes: of the whole file. Throws Error(FLOWLINE_INVALID_ARGUMENT) naming the member that is
/// wrong, and Error(FLOWLINE_UNSUPPORTED) for a newer form, or a test that this library lacks.
Manifest manifest_of(std::string json, uint64_t file_bytes);

/// A threshold from new good images.
struct NewThreshold {
  float log10_epsilon;
  double promised;
  std::vector<float> scores;
  double rate;
  double confidence;   // 0 for the average
  std::string set_at;  // in UTC, as of RFC 3339
};

/// Returns the JSON form of a manifest with another threshold, see flowline_model_save.
std::string with_threshold(const Manifest& manifest, const NewThreshold& threshold);

/// Returns the text of flowline_model_description.
///
/// engine: which one and where, in words.
std::string description_of(const Manifest& manifest, const std::string& engine);

}  // namespace flowline
#endif
