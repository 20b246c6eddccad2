#include "fields.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

const std::vector<std::string> FIELD_NAMES = {"noise", "chi-square", "chi-square-192", "smooth"};

namespace {

// One pass along the rows and a transposition: two of them blur both ways.
std::vector<float> blur_rows(const std::vector<float>& map, int32_t side) {
  constexpr int32_t RADIUS = 2;
  std::vector<float> result(map.size());
  for (int32_t y = 0; y < side; y++) {
    for (int32_t x = 0; x < side; x++) {
      float sum = 0;
      for (int32_t k = -RADIUS; k <= RADIUS; k++) {
        sum += map[static_cast<size_t>(y) * side + (x + k + side) % side];
      }
      result[static_cast<size_t>(x) * side + y] = sum / (2 * RADIUS + 1);
    }
  }
  return result;
}

std::vector<float> smooth_map(int32_t side, int64_t channels, std::mt19937* random) {
  std::normal_distribution<float> normal;
  std::vector<float> map(static_cast<size_t>(side) * side);
  for (float& value : map) value = normal(*random);
  for (int pass = 0; pass < 6; pass++) map = blur_rows(map, side);
  double squares = 0;
  for (float value : map) squares += value * value;
  const double deviation = std::sqrt(2.0 * channels / (squares / map.size()));
  for (float& value : map) {
    value = std::max(static_cast<float>(channels + deviation * value), 0.0f);
  }
  return map;
}

}  // namespace

Field make_field(const std::string& name, int32_t side) {
  Field field{side, name == "chi-square-192" ? 192 : 816, {}};
  const int64_t maps = std::max<int64_t>(1, std::min<int64_t>(64, 200000 / field.pixels()));
  std::mt19937 random(20230 + side);
  std::uniform_real_distribution<float> uniform(0.0f, 2.0f * field.channels);
  std::chi_squared_distribution<double> chi_square(field.channels);
  for (int64_t i = 0; i < maps; i++) {
    if (name == "smooth") {
      field.maps.push_back(smooth_map(side, field.channels, &random));
      continue;
    }
    std::vector<float> map(field.pixels());
    if (name == "noise") {
      for (float& value : map) value = uniform(random);
    } else if (name.rfind("chi-square", 0) == 0) {
      for (float& value : map) value = static_cast<float>(chi_square(random));
    } else {
      throw std::invalid_argument("no such field: " + name);
    }
    field.maps.push_back(map);
  }
  return field;
}

std::vector<float> normal_numbers(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(count);
  for (float& number : numbers) number = normal(random);
  return numbers;
}
