// Called libflowline_cuda.so.0: one of another build. None of its functions may be called.
#include "cuda/library.hpp"

namespace flowline {
namespace {

CudaLibrary of_another_build() {
  CudaLibrary library = {};
  library.version = FLOWLINE_VERSION;
  library.interface = CUDA_INTERFACE;
  library.call_bytes = sizeof(SegmentCall);
#if defined(STALE_version)
  library.version = "0.0.9";
#elif defined(STALE_interface)
  library.interface--;
#elif defined(STALE_call)
  library.call_bytes -= 8;
#endif
  return library;
}

const CudaLibrary LIBRARY = of_another_build();

}  // namespace
}  // namespace flowline

extern "C" __attribute__((visibility("default"))) const flowline::CudaLibrary*
flowline_cuda_library() {
  return &flowline::LIBRARY;
}
