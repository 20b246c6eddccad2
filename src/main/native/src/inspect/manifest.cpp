#include "inspect/manifest.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "inspect/json_value.hpp"

namespace flowline {
namespace {

constexpr int64_t SCHEMA = 1;
constexpr int64_t LONGEST_SIDE = 1 << 16;
constexpr int64_t MOST_INPUT_PIXELS = int64_t{1} << 26;
constexpr int64_t MOST_POSITIONS = int64_t{1} << 28;
constexpr int64_t MOST_VIEW_POSITIONS = int64_t{1} << 24;
constexpr int64_t MOST_CHANNELS = int64_t{1} << 28;
constexpr size_t MOST_SCALES = 64;

/// The text as values. A text that would take far more memory than its file is nobody's manifest: a
/// value takes up to some 50 bytes, and in texts of a few letters each they are many.
Json parsed(const std::string& text, uint64_t file_bytes) {
  constexpr uint64_t VALUE_BYTES = 48, MOST_TIMES = 8, ALWAYS = 1 << 20;
  const auto separates = [](char letter) {
    return letter == ',' || letter == '[' || letter == '{';
  };
  const auto values = static_cast<uint64_t>(std::count_if(text.begin(), text.end(), separates));
  if (values * VALUE_BYTES > std::max(ALWAYS, MOST_TIMES * file_bytes)) {
    invalid("what it says of the model is no manifest: it has " + std::to_string(values) +
            " values in " + std::to_string(text.size()) + " bytes");
  }
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    invalid(std::string("what it says of the model cannot be read: ") + error.what());
  }
}

void require_schema(const JsonValue& manifest) {
  const int64_t schema = manifest["schema"].integer(0, INT32_MAX);
  if (schema == SCHEMA) return;
  const std::string version = manifest.has("flowline") ? manifest["flowline"].text() : "unknown";
  throw Error(FLOWLINE_UNSUPPORTED, "its schema is " + std::to_string(schema) +
                                        ", and this library reads " + std::to_string(SCHEMA) +
                                        ": use the one of Flowline " + version.substr(0, 60));
}

int32_t choice(const JsonValue& value, std::initializer_list<std::pair<const char*, int32_t>> of) {
  const std::string text = value.text();
  for (const auto& [name, number] : of) {
    if (text == name) return number;
  }
  throw Error(FLOWLINE_UNSUPPORTED,
              value.place() + " is one that this library does not know: " + text.substr(0, 60));
}

flowline_preprocessing input_of(const JsonValue& input) {
  flowline_preprocessing result{};
  result.struct_size = sizeof result;
  result.height = input["height"].integer(1, LONGEST_SIDE);
  result.width = input["width"].integer(1, LONGEST_SIDE);
  input.require(result.height * result.width <= MOST_INPUT_PIXELS,
                "of at most " + std::to_string(MOST_INPUT_PIXELS) + " pixels");
  choice(input["colourOrder"], {{"RGB", 0}});
  choice(input["filter"], {{"ANTIALIASED_BILINEAR", 0}});
  if (input.has("bits")) result.bits = static_cast<int32_t>(input["bits"].integer(8, 16));
  const JsonValue mean = input["mean"], deviation = input["std"];
  mean.require(mean.size() == 3, "three numbers");
  deviation.require(deviation.size() == 3, "three numbers");
  for (size_t c = 0; c < 3; c++) {
    result.mean[c] = static_cast<float>(mean[c].number());
    result.deviation[c] = static_cast<float>(deviation[c].number());
    mean[c].require(std::isfinite(result.mean[c]), "finite as a float32");
    deviation[c].require(std::isfinite(result.deviation[c]) && result.deviation[c] > 0,
                         "positive as a float32");
  }
  return result;
}

std::vector<Manifest::Scale> latents_of(const JsonValue& latents) {
  latents.require(latents.size() >= 1 && latents.size() <= MOST_SCALES, "of 1 to 64 scales");
  std::vector<Manifest::Scale> scales;
  for (size_t i = 0; i < latents.size(); i++) {
    const JsonValue scale = latents[i];
    scales.push_back({scale["name"].text(), scale["channels"].integer(1, MOST_CHANNELS),
                      scale["height"].integer(1, LONGEST_SIDE),
                      scale["width"].integer(1, LONGEST_SIDE)});
    const int64_t positions = scales[i].height * scales[i].width;
    scale.require(positions <= MOST_POSITIONS && scales[i].channels <= INT32_MAX / positions,
                  "of at most 2^31 numbers");
    scale.require(i == 0 || positions <= scales[i - 1].height * scales[i - 1].width,
                  "no finer than the scale before it");
  }
  return scales;
}

Manifest::Law law_of(const JsonValue& law) {
  const JsonValue maxima = law["maxima"];
  Manifest::Law result;
  result.images = static_cast<int64_t>(maxima.size());
  maxima.require(result.images >= 4, "of at least 4 images");
  const size_t classes = maxima[size_t{0}].size();
  maxima.require(classes >= 1 && classes <= FLOWLINE_LAW_CLASSES, "of 1 to 29 classes");
  result.classes = static_cast<int32_t>(classes);
  for (size_t i = 0; i < maxima.size(); i++) {
    const JsonValue row = maxima[i];
    row.require(row.size() == classes, "of as many classes as the first");
    for (size_t k = 0; k < classes; k++) {
      result.maxima.push_back(static_cast<float>(row[k].number()));
    }
  }
  if (law.has("baselines")) {
    const JsonValue baselines = law["baselines"];
    baselines.require(baselines.size() == maxima.size(), "one for each image");
    for (size_t i = 0; i < baselines.size(); i++) {
      result.baselines.push_back(static_cast<float>(baselines[i].number()));
    }
    result.baseline_exponent =
        law.has("baselineExponent") ? static_cast<float>(law["baselineExponent"].number()) : 1;
  }
  if (law.has("mapHeight")) result.map_height = law["mapHeight"].integer(0, MOST_POSITIONS);
  if (law.has("mapWidth")) result.map_width = law["mapWidth"].integer(0, MOST_POSITIONS);
  return result;
}

Manifest::View view_of(const JsonValue& view) {
  Manifest::View result;
  result.height = view["height"].integer(1, MOST_VIEW_POSITIONS);
  result.width = view["width"].integer(1, MOST_VIEW_POSITIONS / result.height);
  const JsonValue runs = view["runs"];
  int64_t all = 0, seen = 0;
  for (size_t i = 0; i < runs.size(); i++) {
    const int64_t run = runs[i].integer(0, MOST_VIEW_POSITIONS);
    result.runs.push_back(run);
    all += run;
    if (i % 2 == 0) seen += run;
    runs.require(all <= MOST_VIEW_POSITIONS, "of no more positions than there are");
  }
  runs.require(all == result.height * result.width, "of all positions");
  runs.require(seen > 0, "with a position in view");
  return result;
}

Manifest::Zone zone_of(const JsonValue& zone, int64_t smallest_region) {
  Manifest::Zone result{};
  result.name = zone["name"].text();
  result.share = zone["share"].number();
  zone["share"].require(result.share > 0 && result.share <= 1, "above 0 and at most 1");
  result.smallest_region = zone.has("smallestRegion")
                               ? zone["smallestRegion"].integer(0, MOST_POSITIONS)
                               : smallest_region;
  if (zone.has("law")) result.law = law_of(zone["law"]);
  zone.require(result.law || result.smallest_region == 0, "with a law for a smallest region");
  return result;
}

Manifest::Zones zones_of(const JsonValue& zones, int64_t smallest_region) {
  constexpr double ROUNDING = 1e-6;
  Manifest::Zones result;
  result.height = zones["height"].integer(1, MOST_VIEW_POSITIONS);
  result.width = zones["width"].integer(1, MOST_VIEW_POSITIONS / result.height);
  const JsonValue list = zones["zones"];
  list.require(list.size() >= 1 && list.size() <= MOST_ZONES, "of 1 to 32 zones");
  double shares = 0;
  for (size_t z = 0; z < list.size(); z++) {
    result.zones.push_back(zone_of(list[z], smallest_region));
    shares += result.zones[z].share;
  }
  list.require(std::fabs(shares - 1) < ROUNDING, "with shares that add up to 1");
  const JsonValue runs = zones["runs"];
  runs.require(runs.size() % 2 == 0, "of pairs");
  int64_t all = 0;
  for (size_t i = 0; i < runs.size(); i += 2) {
    result.runs.push_back(runs[i].integer(0, static_cast<int64_t>(list.size()) - 1));
    result.runs.push_back(runs[i + 1].integer(1, MOST_VIEW_POSITIONS));
    all += result.runs.back();
    runs.require(all <= MOST_VIEW_POSITIONS, "of no more positions than there are");
  }
  runs.require(all == result.height * result.width, "of all positions");
  return result;
}

/// The weight of each calibration image where parts come in a mix of groups: the share of its group by
/// the group's images.
std::vector<double> weights_of(const JsonValue& images, const JsonValue& mix) {
  mix.require(mix.raw().is_object(), "an object");
  std::map<std::string, int64_t> counts;
  for (size_t i = 0; i < images.size(); i++) counts[images[i]["group"].text()]++;
  std::vector<double> weights;
  for (size_t i = 0; i < images.size(); i++) {
    const std::string group = images[i]["group"].text();
    const JsonValue share = mix[group.c_str()];
    share.require(share.number() > 0 && share.number() <= 1, "above 0 and at most 1");
    weights.push_back(share.number() / static_cast<double>(counts[group]));
  }
  return weights;
}

/// The p-values by the number of scores that an image is at most. weights: in the order of the scores;
/// empty if all are equal.
std::vector<double> p_values_of(size_t scores, const std::vector<double>& weights) {
  std::vector<double> p_values;
  double below = 0;
  const double own = weights.empty() ? 1 : *std::max_element(weights.begin(), weights.end());
  for (size_t rank = 0; rank <= scores; rank++) {
    const double n = static_cast<double>(scores), r = static_cast<double>(rank);
    p_values.push_back(weights.empty() ? (1 + r) / (n + 1)
                                       : std::min(1.0, (below + own) / (1 + own)));
    if (rank < weights.size()) below += weights[rank];
  }
  return p_values;
}

void require_one_model(const JsonValue& calibration) {
  if (!calibration.has("crossFitting")) return;
  const JsonValue folds = calibration["crossFitting"];
  if (!folds.has("kept") || !folds["kept"].boolean()) return;
  throw Error(FLOWLINE_UNSUPPORTED,
              "its threshold is that of the models of kept folds, and the file has one network");
}

Manifest::Calibration calibration_of(const JsonValue& calibration) {
  require_one_model(calibration);
  Manifest::Calibration result;
  result.promised = calibration["promised"].number();
  result.expected = calibration.has("crossFitting");
  const JsonValue images = calibration["images"];
  const int64_t good = calibration["goodImages"].integer(1, INT32_MAX);
  images.require(images.size() >= 1 && static_cast<int64_t>(images.size()) <= good,
                 "of 1 to goodImages images");
  if (static_cast<int64_t>(images.size()) < good) return result;
  std::vector<double> weights;
  if (calibration.has("mix")) weights = weights_of(images, calibration["mix"]);
  std::vector<size_t> order;
  for (size_t i = 0; i < images.size(); i++) {
    order.push_back(i);
    result.scores.push_back(images[i]["smallestLog10Nfa"].perhaps_infinite());
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return result.scores[a] < result.scores[b]; });
  std::vector<double> scores, sorted;
  for (const size_t image : order) {
    scores.push_back(result.scores[image]);
    if (!weights.empty()) sorted.push_back(weights[image]);
  }
  result.p_values = p_values_of(scores.size(), sorted);
  result.scores = std::move(scores);
  return result;
}

void read_test(const JsonValue& test, Manifest* manifest) {
  manifest->pfa_bound = choice(test["pfaBound"], {{"CHERNOFF", FLOWLINE_PFA_CHERNOFF},
                                                  {"AS_RELEASED", FLOWLINE_PFA_AS_RELEASED},
                                                  {"EXACT", FLOWLINE_PFA_EXACT}});
  manifest->number_of_tests =
      choice(test["numberOfTests"],
             {{"BY_SIZE", FLOWLINE_TESTS_BY_SIZE}, {"PUBLISHED", FLOWLINE_TESTS_PUBLISHED}});
  manifest->log10_epsilon = test["log10Epsilon"].perhaps_infinite();
  if (test.has("law")) manifest->law = law_of(test["law"]);
  if (test.has("fieldOfView")) manifest->view = view_of(test["fieldOfView"]);
  manifest->smallest_region =
      test.has("smallestRegion") ? test["smallestRegion"].integer(0, MOST_POSITIONS) : 0;
  if (test.has("zones")) {
    manifest->zones = zones_of(test["zones"], manifest->smallest_region);
    return;  // each zone has a law of its own, and test.law is not asked
  }
  test.require(manifest->law || manifest->smallest_region == 0, "with a law for a smallest region");
}

double guard_of(const JsonValue& band, const char* side) {
  const double guard = band[side].number();
  band[side].require(guard >= 0, "at least 0");
  return guard;
}

/// A member of an object; null if there is none.
Json member_of(const Json& object, const char* member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  return found == object.end() ? Json(nullptr) : *found;
}

/// Whether a golden answer stays the same under another threshold: good before and after.
bool stays(const Json& golden, double before, double after) {
  const Json expected = member_of(golden, "expected");
  const Json score = member_of(expected, "log10Nfa");
  return member_of(expected, "verdict") == "GOOD" && score.is_number() &&
         score.get<double>() >= std::max(before, after);
}

}  // namespace

Manifest manifest_of(std::string json, uint64_t file_bytes) {
  const Json tree = parsed(json, file_bytes);
  const JsonValue root(tree, "");
  if (!tree.is_object()) invalid("what it says of the model is no JSON object");
  require_schema(root);
  Manifest manifest{};
  manifest.json = std::move(json);
  manifest.input_name = root["input"]["name"].text();
  manifest.input = input_of(root["input"]);
  const JsonValue outputs = root["outputs"];
  manifest.latents = latents_of(outputs["latents"]);
  manifest.map_name = outputs["anomalyMap"].text();
  manifest.score_name = outputs["anomalyScore"].text();
  manifest.maps_likelihood = outputs["mapsLikelihood"].boolean();
  read_test(root["test"], &manifest);
  if (root.has("calibration")) manifest.calibration = calibration_of(root["calibration"]);
  if (root.has("recalibrated")) manifest.recalibrated = root["recalibrated"].text();
  if (root.has("guardBand")) {
    manifest.guard_below = guard_of(root["guardBand"], "below");
    manifest.guard_above = guard_of(root["guardBand"], "above");
  }
  if (root.has("golden")) {
    const JsonValue golden = root["golden"];
    for (size_t i = 0; i < golden.size(); i++) {
      manifest.golden_entries.push_back(golden[i]["entry"].text());
    }
  }
  return manifest;
}

std::string with_threshold(const Manifest& manifest, const NewThreshold& threshold) {
  Json tree = Json::parse(manifest.json);
  tree["test"]["log10Epsilon"] = json_of(threshold.log10_epsilon);
  Json images = Json::array();
  for (const float score : threshold.scores) {
    images.push_back({{"smallestLog10Nfa", json_of(score)}, {"latentStatistics", nullptr}});
  }
  Json asked = {{"rate", threshold.rate}, {"confidence", nullptr}};
  if (threshold.confidence > 0) asked["confidence"] = threshold.confidence;
  tree["calibration"] = {{"goodImages", threshold.scores.size()},
                         {"images", std::move(images)},
                         {"asked", std::move(asked)},
                         {"promised", threshold.promised}};
  tree["recalibrated"] = threshold.set_at;
  tree.erase("guardBand");
  if (tree.contains("golden")) {
    Json kept = Json::array();
    for (const Json& golden : tree["golden"]) {
      if (stays(golden, manifest.log10_epsilon + manifest.guard_above, threshold.log10_epsilon)) {
        kept.push_back(golden);
      }
    }
    tree["golden"] = std::move(kept);
  }
  return tree.dump();
}

std::string description_of(const Manifest& manifest, const std::string& engine) {
  const Json from = Json::parse(manifest.json);
  const auto copy = [&](const char* member) { return member_of(from, member); };
  Json law = nullptr;
  if (manifest.law) {
    law = {{"images", manifest.law->images},
           {"classes", manifest.law->classes},
           {"relative", !manifest.law->baselines.empty()}};
  }
  Json zones = Json::array();
  if (manifest.zones) {
    for (const Manifest::Zone& zone : manifest.zones->zones) {
      zones.push_back(
          {{"name", zone.name}, {"share", zone.share}, {"smallestRegion", zone.smallest_region}});
    }
  }
  Json calibration = nullptr;
  if (manifest.calibration) {
    calibration = {{"goodImages", member_of(copy("calibration"), "goodImages")},
                   {"asked", member_of(copy("calibration"), "asked")},
                   {"promised", manifest.calibration->promised},
                   {"expected", manifest.calibration->expected},
                   {"pValues", !manifest.calibration->scores.empty()}};
  }
  const Json description = {
      {"schema", copy("schema")},
      {"flowline", copy("flowline")},
      {"modelDigest", copy("modelDigest")},
      {"model", copy("model")},
      {"input", copy("input")},
      {"outputs", copy("outputs")},
      {"test",
       {{"pfaBound", member_of(copy("test"), "pfaBound")},
        {"numberOfTests", member_of(copy("test"), "numberOfTests")},
        {"log10Epsilon", json_of(manifest.log10_epsilon)},
        {"law", std::move(law)},
        {"hasFieldOfView", manifest.view.has_value()},
        {"smallestRegion", manifest.smallest_region},
        {"zones", std::move(zones)}}},
      {"calibration", std::move(calibration)},
      {"recalibrated", manifest.recalibrated ? Json(*manifest.recalibrated) : Json(nullptr)},
      {"guardBand", {{"below", manifest.guard_below}, {"above", manifest.guard_above}}},
      {"engine", engine}};
  return description.dump(2);
}

}  // namespace flowline
