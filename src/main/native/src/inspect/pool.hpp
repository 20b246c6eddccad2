#ifndef FLOWLINE_INSPECT_POOL_HPP
#define FLOWLINE_INSPECT_POOL_HPP

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace flowline {

/// Working memory that calls of any number of threads take and give back, so that a later call makes
/// none.
template <class Memory>
class Pool {
 public:
  /// Takes what no thread uses, or what `make` returns if there is none.
  template <class Make>
  std::unique_ptr<Memory> take(Make&& make) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!unused_.empty()) {
        std::unique_ptr<Memory> memory = std::move(unused_.back());
        unused_.pop_back();
        return memory;
      }
    }
    return make();
  }

  void give_back(std::unique_ptr<Memory> memory) {
    const std::lock_guard<std::mutex> lock(mutex_);
    unused_.push_back(std::move(memory));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Memory>> unused_;
};

}  // namespace flowline
#endif
