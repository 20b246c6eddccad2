// A libflowline_cuda without a device, whose memory is the host's with every bit turned over: what
// reads it as it lies reads nonsense, and only what is copied from it by its own function is right.
#include <algorithm>

#include "call/tensor_extent.hpp"
#include "cuda/library.hpp"

#define VEILED extern "C" __attribute__((visibility("default")))

/// The one address that is not this device's.
VEILED const void* veiled_host;
const void* veiled_host = nullptr;

/// How many bytes were copied to the host.
VEILED int64_t veiled_read;
int64_t veiled_read = 0;

/// How many words are held, and those of the last call.
VEILED int64_t veiled_held;
int64_t veiled_held = 0;
VEILED const uint32_t* veiled_masks;
const uint32_t* veiled_masks = nullptr;

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
  veiled_read += bytes;
  return FLOWLINE_OK;
}

flowline_status read_dense(void* device, void* host, const flowline_tensor* own,
                           CudaMessage* message) {
  const int64_t size = size_of_element(own->type);
  char* to = static_cast<char*>(host);
  for (int64_t n = 0; n < own->batch; n++) {
    for (int64_t c = 0; c < own->channels; c++) {
      for (int64_t y = 0; y < own->height; y++) {
        for (int64_t x = 0; x < own->width; x++, to += size) {
          const int64_t at = n * own->batch_stride + c * own->channel_stride + y * own->row_stride +
                             x * own->column_stride;
          read(device, to, static_cast<const char*>(own->data) + at * size, size, message);
        }
      }
    }
  }
  return FLOWLINE_OK;
}

flowline_status hold(int32_t, const uint32_t* words, int64_t count, uint32_t** held, CudaMessage*) {
  *held = new uint32_t[static_cast<size_t>(count + 1)];
  (*held)[0] = static_cast<uint32_t>(count);
  std::copy_n(words, count, ++*held);
  veiled_held += count;
  return FLOWLINE_OK;
}

void release(int32_t, uint32_t* held) {
  veiled_held -= held[-1];
  delete[](held - 1);
}

flowline_status reserve(void*, const SegmentCall*, CudaMessage*) { return FLOWLINE_OK; }

flowline_status segment(void*, const SegmentCall* call, CudaMessage*) {
  veiled_masks = call->packed_masks;
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
                             read_dense,
                             hold,
                             release,
                             nullptr,
                             reserve,
                             segment,
                             nullptr,
                             nullptr,
                             nullptr};

}  // namespace
}  // namespace flowline

extern "C" __attribute__((visibility("default"))) const flowline::CudaLibrary*
flowline_cuda_library() {
  return &flowline::LIBRARY;
}
