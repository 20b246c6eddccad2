#ifndef FLOWLINE_CUDA_BARRIER_HPP
#define FLOWLINE_CUDA_BARRIER_HPP

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace flowline {

/// A barrier at which the threads of an emulated team wait for each other.
class Barrier {
 public:
  explicit Barrier(int32_t threads) : threads_(threads) {}

  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (++arrived_ == threads_) {
      arrived_ = 0;
      round_++;
      all_here_.notify_all();
      return;
    }
    const uint64_t mine = round_;
    all_here_.wait(lock, [&] { return round_ != mine; });
  }

 private:
  const int32_t threads_;
  std::mutex mutex_;
  std::condition_variable all_here_;
  int32_t arrived_ = 0;
  uint64_t round_ = 0;
};

}  // namespace flowline
#endif
