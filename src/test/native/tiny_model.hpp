#ifndef FLOWLINE_TEST_TINY_MODEL_HPP
#define FLOWLINE_TEST_TINY_MODEL_HPP

// An exported file of a few hundred bytes, written byte by byte: its network takes images of 16 x 16,
// and its latents are the largest values of blocks of 2 x 2 and of 4 x 4 pixels, exact in every engine.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "check.hpp"

namespace tiny {

constexpr int64_t SIDE = 16, CHANNELS = 3;

// ---- protobuf ----------------------------------------------------------------------------------

inline std::string varint(uint64_t value) {
  std::string bytes;
  for (; value >= 128; value /= 128) bytes += static_cast<char>(value % 128 + 128);
  return bytes + static_cast<char>(value);
}
inline std::string number(int field, uint64_t value) { return varint(field * 8) + varint(value); }
inline std::string bytes(int field, const std::string& content) {
  return varint(field * 8 + 2) + varint(content.size()) + content;
}

// ---- The network -------------------------------------------------------------------------------

inline std::string ints(const char* name, const std::vector<int64_t>& values) {
  std::string attribute = bytes(1, name) + number(20, 7);
  for (const int64_t value : values) attribute += number(8, static_cast<uint64_t>(value));
  return bytes(5, attribute);
}
inline std::string integer(const char* name, int64_t value) {
  return bytes(5, bytes(1, name) + number(20, 2) + number(3, static_cast<uint64_t>(value)));
}
inline std::string node(const char* type, const char* output, const std::string& attributes) {
  return bytes(1, bytes(1, "images") + bytes(2, output) + bytes(4, type) + attributes);
}
/// A port of shape (N, dimensions).
inline std::string port(int field, const char* name, const std::vector<int64_t>& dimensions) {
  std::string shape = bytes(1, bytes(2, "N"));
  for (const int64_t dimension : dimensions) {
    shape += bytes(1, number(1, static_cast<uint64_t>(dimension)));
  }
  return bytes(field, bytes(1, name) + bytes(2, bytes(1, number(1, 1) + bytes(2, shape))));
}

inline std::string network(int64_t latent_side = SIDE / 2) {
  const std::string two = ints("kernel_shape", {2, 2}) + ints("strides", {2, 2});
  const std::string four = ints("kernel_shape", {4, 4}) + ints("strides", {4, 4});
  const std::string graph =
      node("MaxPool", "latents_0", two) + node("MaxPool", "latents_1", four) +
      node("ReduceMax", "anomaly_map", ints("axes", {1}) + integer("keepdims", 1)) +
      node("ReduceMax", "anomaly_score", ints("axes", {1, 2, 3}) + integer("keepdims", 0)) +
      bytes(2, "tiny") + port(11, "images", {CHANNELS, SIDE, SIDE}) +
      port(12, "latents_0", {CHANNELS, latent_side, latent_side}) +
      port(12, "latents_1", {CHANNELS, SIDE / 4, SIDE / 4}) +
      port(12, "anomaly_map", {1, SIDE, SIDE}) + port(12, "anomaly_score", {});
  return number(1, 7) + bytes(7, graph) + bytes(8, bytes(1, "") + number(2, 13));
}

using Metadata = std::vector<std::pair<std::string, std::string>>;

inline std::string file(const Metadata& metadata, const std::string& net = network()) {
  std::string all = net;
  for (const auto& [key, value] : metadata) all += bytes(14, bytes(1, key) + bytes(2, value));
  return all;
}

// ---- The manifest ------------------------------------------------------------------------------

/// The maxima of 24 images in 5 classes, in JSON and as they are.
struct Maxima {
  static constexpr int64_t IMAGES = 24;
  static constexpr int32_t CLASSES = 5;

  Maxima() {
    for (int64_t image = 0; image < IMAGES; image++) {
      json += image == 0 ? "[[" : ",[";
      baselines_json += image == 0 ? "[" : ",";
      for (int32_t k = 0; k < CLASSES; k++) {
        const float level =
            0.5f + 0.01f * static_cast<float>(image % 12) - 0.05f * static_cast<float>(k);
        values.push_back(level);
        json += (k == 0 ? "" : ",") + text(level);
      }
      json += "]";
      baselines.push_back(0.4f + 0.005f * static_cast<float>(image));
      baselines_json += text(baselines.back());
    }
    json += "]";
    baselines_json += "]";
  }
  static std::string text(double value) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.17g", value);
    return digits;
  }

  std::string json, baselines_json;
  std::vector<float> values, baselines;
};

/// What a manifest says; each member is a piece of JSON.
struct Manifest {
  std::string schema = "1";
  std::string input =
      R"({"name":"images","height":16,"width":16,"colourOrder":"RGB","filter":"ANTIALIASED_BILINEAR",)"
      R"("mean":[0.5,0.5,0.5],"std":[0.25,0.25,0.25]})";
  std::string latents = R"([{"name":"latents_0","channels":3,"height":8,"width":8},)"
                        R"({"name":"latents_1","channels":3,"height":4,"width":4}])";
  std::string likelihood = "true";
  std::string epsilon = "-0.5";
  std::string law = R"({"maxima":)" + Maxima().json + "}";
  std::string more_of_test;  // begins with a comma
  std::string calibration =
      R"({"goodImages":4,"images":[{"smallestLog10Nfa":-0.25},{"smallestLog10Nfa":-0.75},)"
      R"({"smallestLog10Nfa":0.5},{"smallestLog10Nfa":0.125}],"asked":{"rate":0.2,"confidence":null},)"
      R"("promised":0.2})";
  std::string more;  // begins with a comma

  std::string json() const {
    return R"({"schema":)" + schema +
           R"(,"flowline":"9.9","modelDigest":"abc","model":{"category":"tiny"},)" + R"("input":)" +
           input + R"(,"outputs":{"latents":)" + latents +
           R"(,"anomalyMap":"anomaly_map","anomalyScore":"anomaly_score","mapsLikelihood":)" +
           likelihood +
           R"(},"test":{"pfaBound":"CHERNOFF","numberOfTests":"BY_SIZE","log10Epsilon":)" +
           epsilon + (law.empty() ? "" : R"(,"law":)" + law) + more_of_test + "}" +
           (calibration.empty() ? "" : R"(,"calibration":)" + calibration) + more + "}";
  }
};

/// A file that is removed with this object.
class File {
 public:
  explicit File(const std::string& content) {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder == nullptr ? "/tmp" : folder) + "/flowline-tiny-XXXXXX";
    const int descriptor = mkstemp(path_.data());
    CHECK(descriptor >= 0);
    CHECK(write(descriptor, content.data(), content.size()) ==
          static_cast<ssize_t>(content.size()));
    close(descriptor);
  }
  ~File() { unlink(path_.c_str()); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

inline std::string content(const Manifest& manifest) {
  return file({{"flowline", manifest.json()}});
}

}  // namespace tiny

#endif
