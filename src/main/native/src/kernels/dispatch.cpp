#include "flowline/flowline.h"
#include "kernels/kernels.hpp"

namespace flowline {

namespace baseline {
extern const Kernels KERNELS;
}
#ifdef FLOWLINE_HAS_AVX2
namespace avx2 {
extern const Kernels KERNELS;
}
#endif
#ifdef FLOWLINE_HAS_AVX512
namespace avx512 {
extern const Kernels KERNELS;
}
#endif

namespace {

const Kernels* avx2_kernels() {
#ifdef FLOWLINE_HAS_AVX2
  if (__builtin_cpu_supports("avx2")) return &avx2::KERNELS;
#endif
  return nullptr;
}

const Kernels* avx512_kernels() {
#ifdef FLOWLINE_HAS_AVX512
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return &avx512::KERNELS;
  }
#endif
  return nullptr;
}

// On AArch64 the baseline is NEON.
const Kernels* neon_kernels() {
#ifdef __aarch64__
  return &baseline::KERNELS;
#else
  return nullptr;
#endif
}

}  // namespace

const Kernels* kernels_of(int32_t instruction_set) {
  switch (instruction_set) {
    case FLOWLINE_INSTRUCTION_SET_BEST:
      if (const Kernels* widest = avx512_kernels()) return widest;
      if (const Kernels* wide = avx2_kernels()) return wide;
      return &baseline::KERNELS;
    case FLOWLINE_INSTRUCTION_SET_BASELINE:
      return &baseline::KERNELS;
    case FLOWLINE_INSTRUCTION_SET_AVX2:
      return avx2_kernels();
    case FLOWLINE_INSTRUCTION_SET_AVX512:
      return avx512_kernels();
    case FLOWLINE_INSTRUCTION_SET_NEON:
      return neon_kernels();
    default:
      return nullptr;
  }
}

}  // namespace flowline
