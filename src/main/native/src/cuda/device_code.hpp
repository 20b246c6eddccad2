#ifndef FLOWLINE_CUDA_DEVICE_CODE_HPP
#define FLOWLINE_CUDA_DEVICE_CODE_HPP

/// Before a function of the kernels. nvcc compiles them for the device, the host's compiler for the
/// emulation: one source, and never both in one translation unit.
///
/// FLOWLINE_BOTH is before the few that the launching side needs too.
#ifdef __CUDACC__
#define FLOWLINE_DEVICE __device__
#define FLOWLINE_BOTH __host__ __device__
#else
#define FLOWLINE_DEVICE
#define FLOWLINE_BOTH
#endif

#endif
