#ifndef FLOWLINE_BENCHMARK_LIBTORCH_HPP
#define FLOWLINE_BENCHMARK_LIBTORCH_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// LibTorch by its C functions, those that its compiled models call; no header of it is needed.
/// What goes wrong is an exception.
class LibTorch {
 public:
  using Tensor = void*;

  /// path: of libtorch_cpu.so; "": nullptr.
  static std::shared_ptr<LibTorch> of(const std::string& path);
  explicit LibTorch(const std::string& path);

  void use_threads(int threads) const { threads_(threads); }
  /// A tensor of float32 in memory that stays the caller's.
  Tensor tensor(float* data, const std::vector<int64_t>& sizes,
                const std::vector<int64_t>& strides) const;
  void remove(Tensor tensor) const;
  float* data(Tensor tensor) const;
  /// With padding side / 2.
  Tensor convolve(Tensor image, Tensor weights, Tensor bias, int64_t side) const;
  /// In place; the handle is no longer one, what is returned is.
  Tensor rectify(Tensor tensor) const;

 private:
  template <class Function>
  void find(const char* name, Function* function);

  void* library_;
  int32_t (*create_)(void*, int64_t, const int64_t*, const int64_t*, int64_t, int32_t, int32_t,
                     int32_t, Tensor*);
  int32_t (*remove_)(Tensor);
  int32_t (*data_)(Tensor, void**);
  int32_t (*convolve_)(Tensor, Tensor, Tensor*, const int64_t*, int64_t, const int64_t*, int64_t,
                       const int64_t*, int64_t, int32_t, const int64_t*, int64_t, int64_t, Tensor*);
  int32_t (*call_)(const char*, const char*, uint64_t*);
  void (*gradients_)(bool);
  void (*threads_)(int);
};

#endif
