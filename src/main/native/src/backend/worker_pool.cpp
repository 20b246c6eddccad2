#include "backend/worker_pool.hpp"

#include <pthread.h>
#include <signal.h>

#include <string>
#include <system_error>

#include "checks/floating_point_mode.hpp"
#include "checks/status.hpp"

namespace flowline {
namespace {

/// Blocks the signals that are the process's in this thread, for the time of its scope: threads
/// that it starts are born with them blocked. Those that a thread raises by a fault of its own stay
/// as they are, for the handlers of crashes.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
      sigdelset(&all, fault);
    }
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

WorkerPool::WorkerPool(int threads, flowline_parallel parallel)
    : threads_(threads), parallel_(parallel) {
  if (parallel != nullptr) return;
  const SignalsBlocked blocked;
  others_.reserve(static_cast<size_t>(threads - 1));
  try {
    for (int worker = 1; worker < threads; worker++) {
      others_.emplace_back([this, worker] { serve(worker); });
    }
  } catch (const std::system_error&) {
    stop();
    throw Error(FLOWLINE_OUT_OF_MEMORY,
                "options.threads: the system gives " + std::to_string(others_.size() + 1) + " of " +
                    std::to_string(threads) + " threads; ask for fewer, or raise its limits");
  } catch (...) {
    stop();
    throw;
  }
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  start_.notify_all();
  for (std::thread& other : others_) other.join();
}

void WorkerPool::run(int64_t items, Call call, void* body) {
  if (threads_ == 1 || items == 1) {
    for (int64_t item = 0; item < items; item++) call(body, item, 0);
    return;
  }
  if (parallel_ != nullptr) {
    call_ = call;
    body_ = body;
    items_ = items;
    next_.store(0, std::memory_order_relaxed);
    lent_.store(0, std::memory_order_relaxed);
    parallel_(lent, this, static_cast<unsigned>(threads_), 0);
    return;
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    call_ = call;
    body_ = body;
    items_ = items;
    next_.store(0, std::memory_order_relaxed);
    busy_ = static_cast<int>(others_.size());
    job_++;
  }
  start_.notify_all();
  work(0);
  std::unique_lock<std::mutex> lock(mutex_);
  done_.wait(lock, [this] { return busy_ == 0; });
}

void WorkerPool::work(int worker) {
  for (int64_t item; (item = next_.fetch_add(1, std::memory_order_relaxed)) < items_;) {
    call_(body_, item, worker);
  }
}

// In a thread of somebody else's, or the caller's own.
void WorkerPool::lent(void* pool) {
  WorkerPool& self = *static_cast<WorkerPool*>(pool);
  const FloatingPointMode standard;
  const int worker = self.lent_.fetch_add(1, std::memory_order_relaxed);
  if (worker < self.threads_) self.work(worker);
}

void WorkerPool::serve(int worker) {
  pthread_setname_np(pthread_self(), ("flowline-" + std::to_string(worker)).c_str());
  const FloatingPointMode standard;
  uint64_t last = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    start_.wait(lock, [&] { return stopping_ || job_ != last; });
    if (stopping_) return;
    last = job_;
    lock.unlock();
    work(worker);
    lock.lock();
    if (--busy_ == 0) done_.notify_one();
  }
}

}  // namespace flowline
