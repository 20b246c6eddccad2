#if defined(__x86_64__)
#include <cpuid.h>
#endif

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

#if defined(FLOWLINE_HAS_AVX2) || defined(FLOWLINE_HAS_AVX512)
// All that the build system lets the compiler use for AVX2. That the operating system keeps the
// wide registers is part of __builtin_cpu_supports; F16C and LZCNT not every compiler knows there.
bool has_avx2() {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi") ||
      !__builtin_cpu_supports("bmi2") || !__builtin_cpu_supports("popcnt") ||
      !__builtin_cpu_supports("fma")) {
    return false;
  }
  constexpr unsigned F16C = 1u << 29, LZCNT = 1u << 5;  // of ecx
  unsigned eax, ebx, ecx, edx;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & F16C) == 0) return false;
  return __get_cpuid(0x80000001u, &eax, &ebx, &ecx, &edx) != 0 && (ecx & LZCNT) != 0;
}

bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

// Asked once: under a hypervisor the question takes microseconds.
const Kernels* avx2_kernels() {
#ifdef FLOWLINE_HAS_AVX2
  static const bool has = has_avx2();
  if (has) return &avx2::KERNELS;
#endif
  return nullptr;
}

const Kernels* avx512_kernels() {
#ifdef FLOWLINE_HAS_AVX512
  static const bool has = has_avx512();
  if (has) return &avx512::KERNELS;
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
