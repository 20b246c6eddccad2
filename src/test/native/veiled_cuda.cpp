// A libflowline_cuda without a device, whose memory is the host's with every bit turned over: what
// reads it as it lies reads nonsense, and only what is copied from it by its own function is right.
#include "cuda/library.hpp"

/// The one address that is not this device's.
extern "C" {
__attribute__((visibility("default"))) extern const void* veiled_host;
const void* veiled_host = nullptr;
}

namespace flowline {
namespace {

flowline_status devices(int32_t* count, CudaMessage*) {
  *count = 1;
  return FLOWLINE_OK;
}

flowline_status open(int32_t, void*, void** device, CudaMessage*) {
  static int only;
  *device = &only;
  return FLOWLINE_OK;
}

void close(void*) {}

const char* name(void*) { return "veiled"; }

flowline_status set_stream(void*, void*, CudaMessage*) { return FLOWLINE_OK; }

int32_t is_own(void*, const void* address, CudaMessage*) { return address != veiled_host; }

flowline_status read(void*, void* host, const void* own, int64_t bytes, CudaMessage*) {
  for (int64_t i = 0; i < bytes; i++) {
    static_cast<unsigned char*>(host)[i] =
        static_cast<unsigned char>(~static_cast<const unsigned char*>(own)[i]);
  }
  return FLOWLINE_OK;
}

const CudaLibrary LIBRARY = {FLOWLINE_VERSION,
                             CUDA_INTERFACE,
                             sizeof(SegmentCall),
                             devices,
                             open,
                             close,
                             name,
                             set_stream,
                             is_own,
                             read,
                             nullptr,
                             nullptr,
                             nullptr,
                             nullptr,
                             nullptr,
                             nullptr};

}  // namespace
}  // namespace flowline

extern "C" __attribute__((visibility("default"))) const flowline::CudaLibrary*
flowline_cuda_library() {
  return &flowline::LIBRARY;
}
