#ifndef FLOWLINE_BACKEND_BACKEND_HPP
#define FLOWLINE_BACKEND_BACKEND_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backend/worker_pool.hpp"
#include "call/segment_call.hpp"
#include "checks/argument_checks.hpp"
#include "flowline/flowline.h"
#include "preprocess/frame.hpp"

namespace flowline {

/// Frees words in a device's memory.
struct ReleaseWords {
  void (*release)(int32_t index, uint32_t* words) = nullptr;
  int32_t index = 0;  ///< of the device

  void operator()(uint32_t* words) const { release(index, words); }
};

/// Words in a device's memory; nullptr if there are none.
using HeldWords = std::unique_ptr<uint32_t, ReleaseWords>;

/// The device that a context computes on, the CPU or a CUDA device. All calls take checked
/// arguments and throw Error.
class Backend {
 public:
  Backend() = default;
  virtual ~Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  /// For people: "CPU, 2 threads, AVX2", "CUDA device 0, NVIDIA H200".
  virtual const std::string& description() const = 0;

  /// The device alone: "the CPU", "CUDA device 0".
  virtual const std::string& device() const = 0;

  /// Whether its memory is the host's, which can then read what arguments point to.
  virtual bool is_host() const = 0;

  /// Throws FLOWLINE_INVALID_ARGUMENT naming the argument unless this backend can use the memory.
  /// NULL passes.
  virtual void require_own(const Name& name, const void* pointer) const = 0;

  /// Whether a pointer is memory of a device, this backend's own, that host_copy can copy.
  virtual bool is_on_device(const void* pointer) const = 0;

  /// Returns a copy of the device's memory for the host to read, which stays until the next call.
  /// Waits for the work that was enqueued before.
  virtual const void* host_copy(const void* own, int64_t bytes) = 0;

  /// Returns a copy of words in the device's memory for all its contexts' calls, which may outlive
  /// this backend; nullptr of no words, and on the CPU.
  virtual HeldWords held(const std::vector<uint32_t>& words) = 0;

  virtual void set_stream(void* stream) = 0;

  /// The threads that work for it on the host.
  virtual WorkerPool& workers() = 0;

  virtual void energy(const flowline_tensor& latent, float* energy) = 0;

  /// Grows the workspace to what the call needs, and computes nothing. The CPU's also to what an
  /// inspection needs, whatever it finds, if the call asks for min_log10_nfa.
  virtual void reserve(const SegmentCall& call) = 0;
  virtual void segment(const SegmentCall& call) = 0;

  /// Computes a call whose outputs are the host's, of which min_log10_nfa is asked for, decides, and
  /// waits for it. log10_nfa receives the decided maps (DecidedMap). Inputs are this backend's
  /// memory. Throws Error(FLOWLINE_INVALID_ARGUMENT) if a device's memory does not hold a law, and
  /// Error(FLOWLINE_NOT_FINITE) on every device.
  virtual void inspect(const SegmentCall& call, const flowline_inspection& asked) = 0;

  /// Makes the input (3, height, width) of a network from a frame. All memory is the host's.
  virtual void preprocess(const Frame& frame, const NetworkInput& to, float* input) = 0;

  virtual void coupling_forward(const flowline_coupling& coupling, const flowline_tensor& input,
                                const flowline_tensor& subnet, float* output, double* log_det) = 0;
  virtual void coupling_undo_affine(const flowline_coupling& coupling, const flowline_tensor& input,
                                    float* output, double* log_det) = 0;
  virtual void coupling_inverse(const flowline_coupling& coupling, const flowline_tensor& latent,
                                const flowline_tensor& subnet, double* log_det) = 0;
};

}  // namespace flowline
#endif
