// A libflowline_cuda without a device, whose memory is the host's with every bit turned over: what
// reads it as it lies reads nonsense, and only what is copied from it by its own function is right.
// Its kernels are the device's own, on emulated threads.
#include <algorithm>
#include <cstring>
#include <vector>

#include "call/tensor_extent.hpp"
#include "cuda/emulated_machine.hpp"
#include "cuda/library.hpp"
#include "cuda/segment_engine.hpp"

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

/// Writes what lies at an address in the other form.
void turn(const void* memory, int64_t bytes, void* to) {
  for (int64_t i = 0; i < bytes; i++) {
    static_cast<unsigned char*>(to)[i] =
        static_cast<unsigned char>(~static_cast<const unsigned char*>(memory)[i]);
  }
}

flowline_status read(void*, void* host, const void* own, int64_t bytes, CudaMessage*) {
  turn(own, bytes, host);
  veiled_read += bytes;
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

std::vector<uint64_t> turned_over(const void* memory, int64_t bytes) {
  std::vector<uint64_t> turned(static_cast<size_t>(bytes + 7) / 8);
  turn(memory, bytes, turned.data());
  return turned;
}

template <class Element>
void turn_over(const Element* memory, int64_t count) {
  if (memory == nullptr) return;
  const int64_t bytes = count * static_cast<int64_t>(sizeof(Element));
  const std::vector<uint64_t> turned = turned_over(memory, bytes);
  std::memcpy(const_cast<Element*>(memory), turned.data(), static_cast<size_t>(bytes));
}

flowline_status segment_to_workspace(void*, const SegmentCall* call, DeviceOutputs* outputs,
                                     CudaMessage*) {
  static EmulatedMachine machine({EmulatedMachine::Threads::TURNS_SHUFFLED, 64 * 1024, 100, 1});
  static SegmentEngine<EmulatedMachine> engine(&machine);
  SegmentCall here = *call;
  std::vector<std::vector<uint64_t>> memory;
  for (int32_t s = 0; s < call->scales; s++) {
    const int64_t bytes = extent_of(call->latents[s]) * size_of_element(call->latents[s].type);
    memory.push_back(turned_over(call->latents[s].data, bytes));
    here.latents[s].data = memory.back().data();
  }
  if (call->by_law) {
    const int64_t knots = call->law.knots;
    memory.push_back(turned_over(call->law.level, knots * 4));
    here.law.level = reinterpret_cast<const float*>(memory.back().data());
    memory.push_back(turned_over(call->law.log10_pfa, call->law.classes * knots * 8));
    here.law.log10_pfa = reinterpret_cast<const double*>(memory.back().data());
    if (call->law.baseline_log10_pfa != nullptr) {
      memory.push_back(turned_over(call->law.baseline_log10_pfa, knots * 8));
      here.law.baseline_log10_pfa = reinterpret_cast<const double*>(memory.back().data());
    }
  }
  *outputs = engine.segment_to_workspace(here);
  const flowline_maps& maps = outputs->maps;
  const int64_t batch = call->batch();
  turn_over(maps.log10_nfa, batch * call->map_pixels());
  turn_over(maps.min_log10_nfa, batch);
  turn_over(maps.anomaly_map, batch * call->map_pixels());
  turn_over(maps.anomaly_score, batch);
  turn_over(maps.fused_map, batch * call->positions_of(0));
  turn_over(maps.mean_energies, batch * call->scales);
  turn_over(maps.channel_means, batch * call->channels());
  turn_over(outputs->painted, batch * call->positions());
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
                             hold,
                             release,
                             nullptr,
                             reserve,
                             segment,
                             segment_to_workspace,
                             nullptr,
                             nullptr,
                             nullptr};

}  // namespace
}  // namespace flowline

extern "C" __attribute__((visibility("default"))) const flowline::CudaLibrary*
flowline_cuda_library() {
  return &flowline::LIBRARY;
}
