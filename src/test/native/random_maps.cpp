#include "random_maps.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdlib>

namespace {

// In the direction of the eight-fold of a turn, so that ramps run along rows, columns and
// diagonals.
float ramp(int direction, const RandomMap& map, int32_t y, int32_t x) {
  if (direction & 1) y = map.height - 1 - y;
  if (direction & 2) x = map.width - 1 - x;
  return static_cast<float>(direction & 4 ? x + y : y * map.width + x);
}

}  // namespace

RandomMap RandomMaps::next(int32_t longest) {
  auto side = [&] {
    const float u = uniform();
    return 1 + static_cast<int32_t>(u * u * static_cast<float>(longest));
  };
  const int32_t height = std::min(side(), longest);
  return of_kind(static_cast<int>(below(KINDS)), height, std::min(side(), longest));
}

RandomMap RandomMaps::of_kind(int kind, int32_t height, int32_t width) {
  constexpr int64_t CHANNELS[] = {1, 2, 3, 16, 64, 192, 816, 4096};
  RandomMap map{height, width, CHANNELS[below(8)], {}};
  for (float& parameter : parameters_) parameter = uniform();
  map.energy.resize(map.pixels());
  for (int32_t y = 0; y < height; y++) {
    for (int32_t x = 0; x < width; x++) {
      map.energy[static_cast<size_t>(y) * width + x] = energy_of(kind, map, y, x);
    }
  }
  return map;
}

float RandomMaps::energy_of(int kind, const RandomMap& map, int32_t y, int32_t x) {
  const float channels = static_cast<float>(map.channels);
  const float* p = parameters_;
  switch (kind) {
    case 0:  // noise
      return 2 * channels * uniform();
    case 1: {  // about as wide as a chi-square field
      const float sum = uniform() + uniform() + uniform() + uniform() - 2;
      return std::max(channels + std::sqrt(6 * channels) * sum, 0.0f);
    }
    case 2:  // plateaus and ties: few levels
      return std::floor(uniform() * (2 + 4 * p[0])) * channels / 2;
    case 3:  // few levels just above the mean
      return channels * (1 + std::floor(uniform() * (2 + 6 * p[0])) / 16);
    case 4:
      return channels * (0.5f + ramp(static_cast<int>(8 * p[0]), map, y, x));
    case 5:  // a ramp in steps
      return channels * std::floor(ramp(static_cast<int>(8 * p[0]), map, y, x) / (1 + 9 * p[1]));
    case 6:  // constant
      return p[0] < 0.2f ? 0.0f : 3 * p[1] * channels;
    case 7:  // one bright pixel
      return y == static_cast<int32_t>(p[0] * map.height) &&
                     x == static_cast<int32_t>(p[1] * map.width)
                 ? 40 * channels
                 : channels * p[2];
    case 8:  // checkerboard: the most peaks that there can be
      return (y + x) % 2 == 0 ? channels * (1.5f + (p[0] < 0.5f ? 0 : uniform())) : channels * p[1];
    case 9:  // zeros of both signs
      return uniform() < 0.7f ? (uniform() < 0.5f ? -0.0f : 0.0f) : 3 * channels * uniform();
    case 10:  // subnormal
      return std::floor(uniform() * (p[0] < 0.5f ? 4 : 4000)) * FLT_TRUE_MIN;
    case 11:  // huge
      return FLT_MAX * (p[0] < 0.5f ? std::floor(4 * uniform()) / 4 : uniform());
    case 12:  // of every magnitude
      return std::exp2(250 * uniform() - 125);
    case 13:  // smooth: a few waves
      return channels *
             (1.2f + std::sin(0.3f * y + 9 * p[0]) * std::cos((0.1f + 0.4f * p[1]) * x + 9 * p[2]));
    case 14: {  // next to the mean, by single units in the last place
      float value = channels;
      for (int64_t k = below(4); k > 0; k--)
        value = std::nextafter(value, p[0] < 0.5f ? 0.0f : FLT_MAX);
      return value;
    }
    default:  // ridges round a centre: components that meet late
      return channels *
             static_cast<float>(1 + (std::abs(2 * y - map.height) + std::abs(2 * x - map.width)) %
                                        7 * (1 + x % 3));
  }
}

void RandomMaps::leave_out(RandomMap* map) {
  const int64_t way = below(3);
  const int64_t top = below(map->height), left = below(map->width);
  const int64_t bottom = top + below(map->height - top), right = left + below(map->width - left);
  const float part = uniform();
  for (int64_t pixel = 0; pixel < map->pixels(); pixel++) {
    const int64_t y = pixel / map->width, x = pixel % map->width;
    const bool inside = y >= top && y <= bottom && x >= left && x <= right;
    const bool out = way == 0 ? inside : way == 1 ? !inside : uniform() < part;
    if (out) map->energy[pixel] = -1.0f;
  }
}
