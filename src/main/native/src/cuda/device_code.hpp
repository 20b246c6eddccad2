#ifndef FLOWLINE_CUDA_DEVICE_CODE_HPP
#define FLOWLINE_CUDA_DEVICE_CODE_HPP

/// Before a function of the kernels. nvcc compiles them for the device, the host's compiler for the
/// emulation: one source, and never both in one translation unit.
#ifdef __CUDACC__
#define FLOWLINE_DEVICE __device__
#else
#define FLOWLINE_DEVICE
#endif

#endif
