#ifndef FLOWLINE_MATH_HOST_DEVICE_HPP
#define FLOWLINE_MATH_HOST_DEVICE_HPP

/// Before a function that host and device compute alike, to the bit.
///
/// Static, so that each translation unit has a copy of its own: those compiled for a wider
/// instruction set must not lend theirs to the rest of the program.
#ifdef __CUDACC__
#define FLOWLINE_HOST_DEVICE __host__ __device__ static inline
#else
#define FLOWLINE_HOST_DEVICE static inline
#endif

#endif
