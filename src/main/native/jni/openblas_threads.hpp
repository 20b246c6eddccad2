#ifndef FLOWLINE_JNI_OPENBLAS_THREADS_HPP
#define FLOWLINE_JNI_OPENBLAS_THREADS_HPP

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "flowline/flowline.h"

namespace flowline {

/// OpenBLAS on the threads of OpenMP, through its openblas_set_threads_callback_function.
///
/// The jobs of a product are the same as on OpenBLAS's own threads, so the bits are too. They wait
/// for each other, so all of them run at once: if OpenMP gives fewer threads, as it does within a
/// region of its own, the others get threads for the time of the product.
class OpenBlasThreads {
 public:
  typedef void (*Job)(int slot, void* work, int data);
  typedef void (*Callback)(int wait, Job job, int jobs, std::size_t work_bytes, void* work,
                           int data);
  typedef void (*Setter)(Callback);
  typedef const char* (*Config)();
  typedef int (*TeamSize)();

  /// setter, config: OpenBLAS's, the latter openblas_get_config. parallel: GOMP_parallel. team:
  /// omp_get_num_threads. Returns false, and changes nothing, if OpenBLAS does not say for how many
  /// threads it has memory.
  static bool replace(Setter setter, Config config, flowline_parallel parallel, TeamSize team) {
    static const char MOST_THREADS[] = "MAX_THREADS=";
    const char* const most = std::strstr(config(), MOST_THREADS);
    if (most == nullptr) return false;
    {
      const std::lock_guard<std::mutex> lock(mutex());
      openmp() = {parallel, team, std::atoi(most + sizeof MOST_THREADS - 1)};
    }
    setter(run);
    return true;
  }

  /// Undoes it.
  static void restore(Setter setter) { setter(nullptr); }

 private:
  struct OpenMp {
    flowline_parallel parallel;
    TeamSize team;
    int slots;
  };

  struct Call {
    Job job;
    int jobs;
    std::size_t work_bytes;
    char* work;
    int data;
    std::atomic<int> next{0};

    // A job's memory is that of its slot. The last slots are those that OpenBLAS's own threads, on which
    // it still factorises matrices, take last.
    void run(int index) {
      job(openmp().slots - 1 - index, work + static_cast<std::size_t>(index) * work_bytes, data);
    }
  };

  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }

  static OpenMp& openmp() {
    static OpenMp one;
    return one;
  }

  // One call at a time, since its jobs take the slots.
  static void run(int, Job job, int jobs, std::size_t work_bytes, void* work, int data) {
    const std::lock_guard<std::mutex> lock(mutex());
    Call call = {job, jobs, work_bytes, static_cast<char*>(work), data};
    if (jobs == 1) {
      call.run(0);
    } else {
      openmp().parallel(share, &call, static_cast<unsigned>(jobs), 0);
    }
  }

  // In each thread of a team.
  static void share(void* argument) {
    Call& call = *static_cast<Call*>(argument);
    const int index = call.next.fetch_add(1);
    std::vector<std::thread> missing;
    if (index == 0) {
      for (int i = openmp().team(); i < call.jobs; i++) missing.emplace_back(&Call::run, &call, i);
    }
    if (index < call.jobs) call.run(index);
    for (std::thread& thread : missing) thread.join();
  }
};

}  // namespace flowline
#endif
