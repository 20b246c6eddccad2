#include <cstdio>
#include <exception>
#include <new>

#include "cuda/cuda_machine.hpp"
#include "cuda/engine.hpp"
#include "cuda/library.hpp"

namespace flowline {
namespace {

struct Device {
  CudaMachine machine;
  Engine<CudaMachine> engine;

  Device(int32_t index, cudaStream_t stream) : machine(index, stream), engine(&machine) {}
};

Device* device_of(void* handle) { return static_cast<Device*>(handle); }

flowline_status fail(flowline_status status, const char* text, CudaMessage* message) noexcept {
  std::snprintf(message->text, sizeof message->text, "%s", text);
  return status;
}

template <class Body>
flowline_status translate(CudaMessage* message, Body&& body) noexcept {
  try {
    body();
    return FLOWLINE_OK;
  } catch (const CudaError& error) {
    return fail(error.status, error.text.c_str(), message);
  } catch (const std::bad_alloc&) {
    return fail(FLOWLINE_OUT_OF_MEMORY, "out of memory", message);
  } catch (const std::exception& error) {
    return fail(FLOWLINE_INTERNAL, error.what(), message);
  }
}

/// With the device current.
template <class Body>
flowline_status on_device(void* handle, CudaMessage* message, Body&& body) noexcept {
  return translate(message, [&] {
    const DeviceGuard guard(device_of(handle)->machine.index());
    body(device_of(handle)->engine);
  });
}

[[noreturn]] void unavailable(const std::string& why) {
  throw CudaError{FLOWLINE_UNAVAILABLE, "no CUDA: " + why};
}

int32_t counted_devices() {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaSuccess && count > 0) return count;
  cudaGetLastError();
  // Without a driver the runtime calls it too old.
  int driver = 0;
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0) {
    unavailable("no driver (libcuda.so.1) is installed");
  }
  unavailable(error == cudaSuccess ? "no device" : cudaGetErrorString(error));
}

// The oldest that the kernels are compiled for.
void require_capable(int32_t index) {
  constexpr int OLDEST = 75;
  int major = 0, minor = 0;
  require(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, index), "device");
  require(cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, index), "device");
  if (10 * major + minor >= OLDEST) return;
  unavailable("device " + std::to_string(index) + " has compute capability " +
              std::to_string(major) + "." + std::to_string(minor) + ", 7.5 is the least");
}

// With the device current. What the runtime does not know of a stream it says where work is
// enqueued.
void require_own_stream([[maybe_unused]] const char* name, [[maybe_unused]] int32_t index,
                        [[maybe_unused]] cudaStream_t stream) {
#if CUDART_VERSION >= 12080
  int device = index;
  if (cudaStreamGetDevice(stream, &device) != cudaSuccess) cudaGetLastError();
  if (device == index) return;
  throw CudaError{FLOWLINE_INVALID_ARGUMENT, std::string(name) + " must be of CUDA device " +
                                                 std::to_string(index) + ", is of device " +
                                                 std::to_string(device)};
#endif
}

flowline_status devices(int32_t* devices, CudaMessage* message) {
  *devices = 0;
  return translate(message, [&] { *devices = counted_devices(); });
}

flowline_status open(int32_t index, void* stream, void** handle, CudaMessage* message) {
  *handle = nullptr;
  return translate(message, [&] {
    const int32_t count = counted_devices();
    if (index >= count) {
      unavailable("device " + std::to_string(index) + " of " + std::to_string(count));
    }
    require_capable(index);
    const DeviceGuard guard(index);
    require_own_stream("options.stream", index, static_cast<cudaStream_t>(stream));
    *handle = new Device(index, static_cast<cudaStream_t>(stream));
  });
}

void close(void* handle) {
  if (handle == nullptr) return;
  CudaMessage unheard;
  translate(&unheard, [&] {
    const DeviceGuard guard(device_of(handle)->machine.index());
    delete device_of(handle);
  });
}

const char* name(void* handle) { return device_of(handle)->machine.name(); }

flowline_status set_stream(void* handle, void* stream, CudaMessage* message) {
  return translate(message, [&] {
    CudaMachine& machine = device_of(handle)->machine;
    const DeviceGuard guard(machine.index());
    require_own_stream("stream", machine.index(), static_cast<cudaStream_t>(stream));
    machine.set_stream(static_cast<cudaStream_t>(stream));
  });
}

int32_t is_own(void* handle, const void* address, CudaMessage* message) {
  const int32_t index = device_of(handle)->machine.index();
  cudaPointerAttributes attributes = {};
  const flowline_status status = translate(message, [&] {
    const DeviceGuard guard(index);
    if (cudaPointerGetAttributes(&attributes, address) != cudaSuccess) cudaGetLastError();
  });
  if (status != FLOWLINE_OK) return 0;
  if (attributes.type == cudaMemoryTypeManaged) return 1;
  if (attributes.type == cudaMemoryTypeDevice) {
    if (attributes.device == index) return 1;
    std::snprintf(message->text, sizeof message->text, "CUDA device %d's", attributes.device);
    return 0;
  }
  std::snprintf(message->text, sizeof message->text, "the host's");
  return 0;
}

flowline_status read(void* handle, void* host, const void* own, int64_t bytes,
                     CudaMessage* message) {
  return translate(message, [&] {
    const CudaMachine& machine = device_of(handle)->machine;
    const DeviceGuard guard(machine.index());
    machine.read(host, own, bytes);
  });
}

flowline_status read_dense(void* handle, void* host, const flowline_tensor* own,
                           CudaMessage* message) {
  return on_device(handle, message, [&](Engine<CudaMachine>& engine) {
    const CudaMachine& machine = device_of(handle)->machine;
    machine.require_no_capture(CudaMachine::A_COPY);
    const int64_t bytes = elements_of(*own) * size_of_element(own->type);
    machine.read(host, engine.dense(*own), bytes);
  });
}

flowline_status hold(int32_t index, const uint32_t* words, int64_t count, uint32_t** held,
                     CudaMessage* message) {
  *held = nullptr;
  return translate(message, [&] {
    const DeviceGuard guard(index);
    *held = held_words(words, count);
  });
}

void release(int32_t index, uint32_t* held) {
  CudaMessage unheard;
  translate(&unheard, [&] {
    const DeviceGuard guard(index);
    release_words(held);
  });
}

flowline_status energy(void* handle, const flowline_tensor* latent, float* energy,
                       CudaMessage* message) {
  return on_device(handle, message,
                   [&](Engine<CudaMachine>& engine) { engine.energy(*latent, energy); });
}

flowline_status reserve(void* handle, const SegmentCall* call, CudaMessage* message) {
  return on_device(handle, message,
                   [&](Engine<CudaMachine>& engine) { engine.segments.reserve(*call); });
}

flowline_status segment(void* handle, const SegmentCall* call, CudaMessage* message) {
  return on_device(handle, message,
                   [&](Engine<CudaMachine>& engine) { engine.segments.segment(*call); });
}

flowline_status coupling_forward(void* handle, const flowline_coupling* coupling,
                                 const flowline_tensor* input, const flowline_tensor* subnet,
                                 float* output, double* log_det, CudaMessage* message) {
  return on_device(handle, message, [&](Engine<CudaMachine>& engine) {
    engine.couplings.forward(*coupling, *input, *subnet, output, log_det);
  });
}

flowline_status coupling_undo_affine(void* handle, const flowline_coupling* coupling,
                                     const flowline_tensor* input, float* output, double* log_det,
                                     CudaMessage* message) {
  return on_device(handle, message, [&](Engine<CudaMachine>& engine) {
    engine.couplings.undo_affine(*coupling, *input, output, log_det);
  });
}

flowline_status coupling_inverse(void* handle, const flowline_coupling* coupling,
                                 const flowline_tensor* latent, const flowline_tensor* subnet,
                                 double* log_det, CudaMessage* message) {
  return on_device(handle, message, [&](Engine<CudaMachine>& engine) {
    engine.couplings.inverse(*coupling, *latent, *subnet, log_det);
  });
}

const CudaLibrary LIBRARY = {
    FLOWLINE_VERSION,
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
    energy,
    reserve,
    segment,
    coupling_forward,
    coupling_undo_affine,
    coupling_inverse,
};

}  // namespace
}  // namespace flowline

extern "C" __attribute__((visibility("default"))) const flowline::CudaLibrary*
flowline_cuda_library() {
  return &flowline::LIBRARY;
}
