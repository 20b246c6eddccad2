// The vectors' log10 PFA against the scalar one, by every instruction set: the same doubles to the
// bit, as the tree of a call and flowline_select, the CPU and a device have to agree.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "acontrario/pfa.hpp"
#include "kernels_under_test.hpp"
#include "math/bits.hpp"
#include "plain/order.hpp"

using namespace flowline;

namespace {

/// From a 64th of the mean to 64 times it, and what is out of the way.
std::vector<float> energies(std::mt19937& random, double channels, int64_t count) {
  const float odd[] = {0.0f, 1e-45f, 1e-40f, 0x1p-125f, 0x1p125f, static_cast<float>(channels)};
  std::uniform_real_distribution<double> octaves(-6, 6);
  std::vector<float> all;
  for (int64_t i = 0; i < count; i++) {
    all.push_back(between(random, 0, 9) == 0
                      ? odd[between(random, 0, 5)]
                      : static_cast<float>(channels * std::exp2(octaves(random))));
  }
  std::sort(all.begin(), all.end());
  return all;
}

void check(std::mt19937& random, const Kernels& kernels, double channels, bool guarded) {
  const int64_t count = between(random, 1, 70);
  const std::vector<float> energy = energies(random, channels, count);
  const uint32_t least = order_key(energy[0]);
  std::vector<uint64_t> entries;
  for (int64_t i = 0; i < count; i++) {
    entries.push_back(uint64_t{order_key(energy[i]) - least} << 32 | static_cast<uint64_t>(i));
  }
  std::vector<double> vectors(static_cast<size_t>(count));
  kernels.chernoff(entries.data(), count, least, channels, guarded, vectors.data());
  for (int64_t i = 0; i < count; i++) {
    const double scalar = log10_pfa_of_pixel(
        guarded ? FLOWLINE_PFA_CHERNOFF : FLOWLINE_PFA_AS_RELEASED, channels, energy[i]);
    if (std::memcmp(&scalar, &vectors[i], sizeof scalar) != 0) {
      std::fprintf(stderr, "%s, %g channels, energy %.9g: %.17g, scalar %.17g\n", kernels.name,
                   channels, static_cast<double>(energy[i]), vectors[i], scalar);
      std::exit(1);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  for (int round = 0; round < 20000; round++) {
    const double channels = static_cast<double>(between(random, 1, round % 2 == 0 ? 64 : 4096));
    for (const Kernels* kernels : every_set()) {
      check(random, *kernels, channels, round % 3 != 0);
    }
  }
  return 0;
}
