#ifndef FLOWLINE_CUDA_EMULATION_HPP
#define FLOWLINE_CUDA_EMULATION_HPP

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "cuda/atomics.hpp"
#include "cuda/barrier.hpp"
#include "cuda/machine.hpp"

namespace flowline {

/// A Team (machine.hpp) whose threads take turns within a phase, in an order of the test's choice:
/// what comes out must not depend on it.
class TurnTeam {
 public:
  enum class Order { ASCENDING, DESCENDING, SHUFFLED };  // shuffled anew in every phase

  TurnTeam(int32_t threads, Order order, uint32_t seed = 1)
      : order_(order), turns_(static_cast<size_t>(threads)), random_(seed) {
    std::iota(turns_.begin(), turns_.end(), 0);
    if (order == Order::DESCENDING) std::reverse(turns_.begin(), turns_.end());
  }

  int32_t threads() const { return static_cast<int32_t>(turns_.size()); }

  template <class Body>
  void each(int32_t count, Body&& body) const {
    if (order_ == Order::SHUFFLED) std::shuffle(turns_.begin(), turns_.end(), random_);
    for (int32_t thread : turns_) {
      for (int64_t i = thread; i < count; i += threads()) body(static_cast<int32_t>(i));
    }
  }

 private:
  Order order_;
  mutable std::vector<int32_t> turns_;
  mutable std::mt19937 random_;
};

/// A Team of real threads with real barriers: for ThreadSanitizer, and for the chances of the
/// scheduler.
class ThreadTeam {
 public:
  int32_t threads() const { return threads_; }

  template <class Body>
  void each(int32_t count, Body&& body) const {
    for (int64_t i = thread_; i < count; i += threads_) body(static_cast<int32_t>(i));
    barrier_->wait();
  }

  /// Runs kernel(team) on every thread of a team of so many.
  template <class Kernel>
  static void launch(int32_t threads, Kernel&& kernel) {
    Barrier barrier(threads);
    std::vector<std::thread> others;
    for (int32_t thread = 1; thread < threads; thread++) {
      others.emplace_back([&, thread] {
        atomic::gives_way = true;
        kernel(ThreadTeam(thread, threads, &barrier));
      });
    }
    atomic::gives_way = true;
    kernel(ThreadTeam(0, threads, &barrier));
    atomic::gives_way = false;
    for (std::thread& other : others) other.join();
  }

 private:
  ThreadTeam(int32_t thread, int32_t threads, Barrier* barrier)
      : thread_(thread), threads_(threads), barrier_(barrier) {}

  int32_t thread_, threads_;
  Barrier* barrier_;
};

static_assert(is_team<TurnTeam>::value && is_team<ThreadTeam>::value, "see machine.hpp");

}  // namespace flowline
#endif
