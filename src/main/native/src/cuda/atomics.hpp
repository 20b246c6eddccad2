#ifndef FLOWLINE_CUDA_ATOMICS_HPP
#define FLOWLINE_CUDA_ATOMICS_HPP

#include <cstdint>

#include "cuda/device_code.hpp"

#ifndef __CUDACC__
#include <thread>
#endif

namespace flowline {
namespace atomic {

// One word at a time and in no order among each other: no kernel publishes one word by another.
// Phases, between which there are barriers, do that.
#ifdef __CUDACC__

template <class Word>
__device__ Word load(const Word* from) {
  return *static_cast<const volatile Word*>(from);
}

template <class Word>
__device__ void store(Word* to, Word value) {
  *static_cast<volatile Word*>(to) = value;
}

__device__ inline uint32_t add(uint32_t* to, uint32_t value) { return atomicAdd(to, value); }

__device__ inline uint64_t add(uint64_t* to, uint64_t value) {
  return atomicAdd(reinterpret_cast<unsigned long long*>(to), value);
}

__device__ inline uint32_t lower(uint32_t* to, uint32_t value) { return atomicMin(to, value); }

__device__ inline uint64_t lower(uint64_t* to, uint64_t value) {
  return atomicMin(reinterpret_cast<unsigned long long*>(to), value);
}

__device__ inline int32_t raise(int32_t* to, int32_t value) { return atomicMax(to, value); }

__device__ inline uint32_t raise(uint32_t* to, uint32_t value) { return atomicMax(to, value); }

__device__ inline uint64_t exchange_if(uint64_t* to, uint64_t expected, uint64_t value) {
  return atomicCAS(reinterpret_cast<unsigned long long*>(to), expected, value);
}

#else

/// Set for the real threads of an emulated team: before it exchanges, such a thread now and then
/// gives way to the others, so that what it has read is out of date as often as on a device.
inline thread_local bool gives_way = false;

inline void give_way() {
  static thread_local uint32_t exchanges = 0;
  if (gives_way && exchanges++ % 4 == 0) std::this_thread::yield();
}

template <class Word>
Word load(const Word* from) {
  return __atomic_load_n(from, __ATOMIC_RELAXED);
}

template <class Word>
void store(Word* to, Word value) {
  __atomic_store_n(to, value, __ATOMIC_RELAXED);
}

/// All of these give back what was there before.
template <class Word>
Word add(Word* to, Word value) {
  return __atomic_fetch_add(to, value, __ATOMIC_RELAXED);
}

template <class Word>
Word exchange_if(Word* to, Word expected, Word value) {
  give_way();
  __atomic_compare_exchange_n(to, &expected, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return expected;
}

/// To the smaller of the two.
template <class Word>
Word lower(Word* to, Word value) {
  Word old = load(to);
  while (value < old) {
    const Word seen = exchange_if(to, old, value);
    if (seen == old) break;
    old = seen;
  }
  return old;
}

/// To the larger of the two.
template <class Word>
Word raise(Word* to, Word value) {
  Word old = load(to);
  while (value > old) {
    const Word seen = exchange_if(to, old, value);
    if (seen == old) break;
    old = seen;
  }
  return old;
}

#endif

}  // namespace atomic
}  // namespace flowline
#endif
