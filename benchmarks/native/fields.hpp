#ifndef FLOWLINE_BENCHMARK_FIELDS_HPP
#define FLOWLINE_BENCHMARK_FIELDS_HPP

#include <cstdint>
#include <string>
#include <vector>

/// Energies of several maps of one kind: so many that no branch predictor learns them by heart.
struct Field {
  int32_t side;
  int64_t channels;
  std::vector<std::vector<float>> maps;  ///< (side, side) each

  int64_t pixels() const { return static_cast<int64_t>(side) * side; }
};

/// The kinds: "noise" is uniform between 0 and twice the channels; "chi-square" has 816 degrees of
/// freedom, "chi-square-192" so many; "smooth" is chi-square-like noise blurred over about 7
/// pixels.
extern const std::vector<std::string> FIELD_NAMES;

Field make_field(const std::string& name, int32_t side);

/// Standard normal numbers, the latents of a good image.
std::vector<float> normal_numbers(int64_t count, uint32_t seed);

#endif
