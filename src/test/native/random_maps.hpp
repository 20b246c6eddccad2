#ifndef FLOWLINE_TEST_RANDOM_MAPS_HPP
#define FLOWLINE_TEST_RANDOM_MAPS_HPP

#include <cstdint>
#include <random>
#include <vector>

/// A map of energies, not negative, of one of many awkward kinds.
struct RandomMap {
  int32_t height, width;
  int64_t channels;
  std::vector<float> energy;  ///< (height, width)

  int64_t pixels() const { return static_cast<int64_t>(height) * width; }
};

class RandomMaps {
 public:
  explicit RandomMaps(uint64_t seed) : random_(seed) {}

  static constexpr int KINDS = 16;

  /// Sides from 1 to `longest`, more often short than long; any kind.
  RandomMap next(int32_t longest);
  RandomMap of_kind(int kind, int32_t height, int32_t width);

  /// -1 in a random rectangle's inside or outside, or at random positions.
  void leave_out(RandomMap* map);

  int64_t below(int64_t bound) { return static_cast<int64_t>(random_() % bound); }
  float uniform() { return static_cast<float>(random_() >> 40) * 0x1p-24f; }

 private:
  float energy_of(int kind, const RandomMap& map, int32_t y, int32_t x);

  std::mt19937_64 random_;
  float parameters_[4] = {};  // of the map that is made
};

#endif
