#ifndef FLOWLINE_TEST_WHITE_NOISE_HPP
#define FLOWLINE_TEST_WHITE_NOISE_HPP

#include <array>
#include <cstdint>
#include <cstring>

/// Independent standard normals at some hundred million a second: xoshiro256++ (Blackman and Vigna)
/// in lanes that the compiler vectorises, and Box and Muller's transform from 52 bits a uniform, so
/// that the tails reach to 8.5. Every (seed, stream) is a sequence of its own, the same on every
/// machine: additions, multiplications, divisions and square roots alone.
class WhiteNoise {
 public:
  static constexpr int LANES = 16;

  WhiteNoise(uint64_t seed, uint64_t stream) {
    uint64_t counter = mix(seed) ^ mix(~stream);
    for (auto& word : state_) {
      for (uint64_t& lane : word) lane = mix(counter += 0x9e3779b97f4a7c15u);
    }
  }

  void fill(float* out, int64_t count);

 private:
  using Words = std::array<uint64_t, LANES>;

  static uint64_t mix(uint64_t z) {  // splitmix64's
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  static uint64_t rotated(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

  static double as_double(uint64_t bits) {
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  static uint64_t as_bits(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
  }

  Words state_[4];
};

#endif
