#ifndef FLOWLINE_CUDA_ARENA_HPP
#define FLOWLINE_CUDA_ARENA_HPP

#include <cstdint>

#include "cuda/device_code.hpp"

namespace flowline {

/// Hands out stretches of one piece of memory, aligned to 8 bytes; of no memory, it only counts.
class Arena {
 public:
  FLOWLINE_BOTH explicit Arena(void* memory) : memory_(static_cast<char*>(memory)) {}

  template <class Element>
  FLOWLINE_BOTH void take(Element** array, int64_t count) {
    *array = memory_ == nullptr ? nullptr : reinterpret_cast<Element*>(memory_ + taken_);
    taken_ += (count * static_cast<int64_t>(sizeof(Element)) + 7) / 8 * 8;
  }

  FLOWLINE_BOTH int64_t taken() const { return taken_; }

 private:
  char* memory_;
  int64_t taken_ = 0;
};

}  // namespace flowline
#endif
