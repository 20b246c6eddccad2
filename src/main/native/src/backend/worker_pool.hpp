#ifndef FLOWLINE_BACKEND_WORKER_POOL_HPP
#define FLOWLINE_BACKEND_WORKER_POOL_HPP

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "flowline/flowline.h"

namespace flowline {

/// The caller's thread and threads - 1 others, which share out the items of one job at a time.
class WorkerPool {
 public:
  /// parallel: runs the work instead of threads of this object's own; nullptr: none. Throws
  /// Error(FLOWLINE_OUT_OF_MEMORY) where the system refuses a thread.
  explicit WorkerPool(int threads, flowline_parallel parallel = nullptr);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  int threads() const { return threads_; }

  /// Calls body(item, worker) for every item in 0..items-1, worker in 0..threads-1; `body` does not
  /// throw. Returns when all are done.
  template <class Body>
  void run(int64_t items, Body& body) {
    run(
        items, [](void* b, int64_t item, int worker) { (*static_cast<Body*>(b))(item, worker); },
        &body);
  }

 private:
  using Call = void (*)(void*, int64_t, int);
  void run(int64_t items, Call call, void* body);
  void work(int worker);
  void serve(int worker);
  void stop();
  static void lent(void* pool);

  const int threads_;
  const flowline_parallel parallel_;
  std::vector<std::thread> others_;
  std::mutex mutex_;
  std::condition_variable start_, done_;
  uint64_t job_ = 0;
  int busy_ = 0;
  bool stopping_ = false;
  Call call_ = nullptr;
  void* body_ = nullptr;
  int64_t items_ = 0;
  std::atomic<int64_t> next_{0};
  std::atomic<int> lent_{0};  // threads that have come to a job
};

}  // namespace flowline
#endif
