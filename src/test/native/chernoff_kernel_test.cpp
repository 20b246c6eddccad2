// log10 PFA by vectors: every instruction set, to the bit what log10_pfa_of_pixel gives, at energies
// near and far from the channels, subnormal ones and 0.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "acontrario/pfa.hpp"
#include "kernels_under_test.hpp"
#include "tree/order.hpp"

namespace {

using namespace flowline;

// 0, a subnormal number, one within 2^-125 .. 2^125, or, mostly, one within C / 64 .. 64 C.
float random_energy(std::mt19937& random, int64_t channels) {
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  switch (between(random, 0, 31)) {
    case 0:
      return 0.0f;
    case 1:
      return static_cast<float>(between(random, 1, (1 << 23) - 1)) * 0x1p-149f;
    case 2:
    case 3:
      return static_cast<float>(std::exp2(125 * uniform(random)));
    case 4:
      return static_cast<float>(channels);
    default:
      return static_cast<float>(static_cast<double>(channels) * std::exp2(6 * uniform(random)));
  }
}

void check(std::mt19937& random, int64_t channels, int64_t count, bool guarded) {
  std::vector<float> energy(count);
  for (float& value : energy) value = random_energy(random, channels);
  std::sort(energy.begin(), energy.end());
  // Level 0 is the smallest of all the map, of which these are a block.
  const uint32_t least = order_key(between(random, 0, 1) == 0 ? energy[0] : 0.0f);
  Unaligned<uint64_t> order(count);
  for (int64_t i = 0; i < count; i++) {
    const uint64_t place = between(random, 0, 0xffffffff);
    order[i] = static_cast<uint64_t>(order_key(energy[i]) - least) << 32 | place;
  }
  const int32_t bound = guarded ? FLOWLINE_PFA_CHERNOFF : FLOWLINE_PFA_AS_RELEASED;
  for (const Kernels* kernels : every_set()) {
    Unaligned<double> got(count);
    kernels->chernoff(order.data(), count, least, static_cast<double>(channels), guarded,
                      got.data());
    for (int64_t i = 0; i < count; i++) {
      const double expected = log10_pfa_of_pixel(bound, static_cast<double>(channels), energy[i]);
      if (std::memcmp(&expected, got.data() + i, sizeof expected) == 0) continue;
      std::fprintf(stderr, "%s: %lld channels, %s, energy %.9g: %a, not %a\n", kernels->name,
                   static_cast<long long>(channels), guarded ? "guarded" : "as released",
                   static_cast<double>(energy[i]), got[i], expected);
      std::exit(1);
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::mt19937 random = seeded(count, arguments);
  for (int64_t channels = 1; channels <= 4096; channels++) {
    check(random, channels, between(random, 1, 67), channels % 2 == 0);
    check(random, channels, between(random, 1, 17), channels % 2 != 0);
  }
}
