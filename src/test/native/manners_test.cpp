// How the library behaves in somebody else's process: a context that two threads use, signals, the
// names of threads, and the floating-point mode of the caller.
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace {

/// A call that takes a while, or next to none.
struct Work {
  explicit Work(int64_t images, int64_t side = 64)
      : z(static_cast<size_t>(images * 8 * side * side)), smallest(static_cast<size_t>(images)) {
    uint32_t state = 1;
    for (float& value : z) {
      state = state * 1664525u + 1013904223u;
      value = static_cast<float>(static_cast<int32_t>(state)) * 0x1p-30f;
    }
    latent = {sizeof latent, FLOWLINE_FLOAT32, z.data(), images, 8, side, side};
  }

  flowline_status run(flowline_context* context) {
    return segment(context, &latent, 1, nullptr, 8, 8, nullptr, smallest.data());
  }

  std::vector<float> z, smallest;
  flowline_tensor latent;
};

// The second thread is told; the first one's results are what they are without it.
void one_context_by_two_threads() {
  for (int32_t threads : {1, 3}) {
    const Context context(threads);
    Work first(40), second(40);
    CHECK(first.run(context) == FLOWLINE_OK);
    const std::vector<float> expected = first.smallest;
    std::atomic<int> refused{0}, done{0};
    const auto use = [&](Work* work) {
      while (refused.load() < 5 && done.load() < 100000) {
        const flowline_status status = work->run(context);
        if (status == FLOWLINE_OK) {
          CHECK(work->smallest == expected);
          done++;
        } else {
          CHECK(status == FLOWLINE_INVALID_ARGUMENT);
          CHECK(std::strstr(flowline_last_error(), "context is in use by another thread"));
          refused++;
          std::this_thread::yield();
        }
      }
    };
    std::thread other(use, &second);
    use(&first);
    other.join();
    CHECK(refused.load() >= 5);
    CHECK(first.run(context) == FLOWLINE_OK && first.smallest == expected);
    // A call that fails leaves its context free.
    CHECK(flowline_energy(context, nullptr, nullptr) == FLOWLINE_INVALID_ARGUMENT);
    CHECK(first.run(context) == FLOWLINE_OK);
  }
}

/// A line of a file of /proc, after its key.
std::string line_of(const std::string& file, const std::string& key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.compare(0, key.size(), key) == 0) return line.substr(key.size());
  }
  return "";
}

// Threads that the library starts have names, and leave the process's signals to the process.
void threads_of_a_context() {
  sigset_t before, after;
  CHECK(pthread_sigmask(SIG_SETMASK, nullptr, &before) == 0);
  const Context context(4);
  CHECK(pthread_sigmask(SIG_SETMASK, nullptr, &after) == 0);
  for (int signal : {SIGALRM, SIGINT, SIGTERM, SIGUSR1}) {
    CHECK(sigismember(&before, signal) == 0 && sigismember(&after, signal) == 0);
  }
  Work work(12);
  CHECK(work.run(context) == FLOWLINE_OK);  // all of them have begun
  std::vector<std::string> names;
  DIR* const tasks = opendir("/proc/self/task");
  CHECK(tasks != nullptr);
  while (const dirent* task = readdir(tasks)) {
    const std::string folder = std::string("/proc/self/task/") + task->d_name;
    const std::string name = line_of(folder + "/comm", "");
    if (name.compare(0, 9, "flowline-") != 0) continue;
    names.push_back(name);
    const unsigned long long blocked =
        std::stoull(line_of(folder + "/status", "SigBlk:"), nullptr, 16);
    const auto is_blocked = [&](int signal) { return (blocked >> (signal - 1) & 1) != 0; };
    for (int signal : {SIGALRM, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGUSR1, SIGPROF, SIGRTMIN}) {
      CHECK(is_blocked(signal));
    }
    for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) CHECK(!is_blocked(signal));
  }
  closedir(tasks);
  std::sort(names.begin(), names.end());
  CHECK((names == std::vector<std::string>{"flowline-1", "flowline-2", "flowline-3"}));
}

/// All results of a call that rounding and denormal numbers have a part in. It does no arithmetic
/// of its own: that would be in the caller's mode.
std::vector<float> results(flowline_context* context, const Work& work) {
  std::vector<float> out(4 * 2 * 37 * 41), smallest(4), fused(4 * 20 * 20), pfa(2);
  flowline_tensor latent = work.latent;
  latent.data = work.z.data();
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.pfa_bound = FLOWLINE_PFA_AS_RELEASED;
  flowline_maps maps = {};
  maps.struct_size = sizeof maps;
  maps.height = 37;
  maps.width = 41;
  maps.log10_nfa = out.data();
  maps.min_log10_nfa = smallest.data();
  maps.anomaly_map = out.data() + out.size() / 2;
  maps.fused_map = fused.data();
  CHECK(flowline_segment(context, &latent, 1, &options, &maps) == FLOWLINE_OK);
  double log10_pfa;
  CHECK(flowline_log10_pfa(FLOWLINE_PFA_EXACT, 8, 17.3, 5, &log10_pfa) == FLOWLINE_OK);
  std::memcpy(pfa.data(), &log10_pfa, sizeof log10_pfa);
  out.insert(out.end(), pfa.begin(), pfa.end());
  out.insert(out.end(), smallest.begin(), smallest.end());
  out.insert(out.end(), fused.begin(), fused.end());
  return out;
}

void modes_of_the_caller() {
  for (int32_t threads : {1, 3}) {
    for (float unit : {1.0f, 1e-20f}) {  // energies of ordinary size, and below 1e-38
      const Context context(threads);
      Work work(4, 20);
      for (float& value : work.z) value *= unit;
      const std::vector<float> expected = results(context, work);
      for (int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
        CHECK(std::fesetround(mode) == 0);
        const std::vector<float> got = results(context, work);
        CHECK(std::fegetround() == mode);  // and it is still the caller's
        const Context born(threads);       // its threads, too, begin with the caller's mode
        const std::vector<float> of_born = results(born, work);
        CHECK(std::fesetround(FE_TONEAREST) == 0);
        CHECK(std::memcmp(got.data(), expected.data(), got.size() * sizeof(float)) == 0);
        CHECK(std::memcmp(of_born.data(), expected.data(), got.size() * sizeof(float)) == 0);
      }
#if defined(__SSE__)
      constexpr unsigned int FLUSH = 0x8040, TRAPS = 0x1f80;  // FTZ and DAZ; all exceptions masked
      const unsigned int before = _mm_getcsr();
      _mm_setcsr(before | FLUSH);
      const unsigned int flushing = _mm_getcsr();  // valgrind's processor keeps fewer of the bits
      const std::vector<float> flushed = results(context, work);
      CHECK(flowline_decide(-1e-40f, 0) == FLOWLINE_DEFECT);
      CHECK((_mm_getcsr() & ~0x3fu) == (flushing & ~0x3fu));
      _mm_setcsr((before & ~0x3fu) & ~TRAPS);  // a caller that traps on every exception
      const unsigned int trapping = _mm_getcsr();
      CHECK(work.run(context) == FLOWLINE_OK);
      CHECK(flowline_decide(NAN, 0) == FLOWLINE_NOT_INSPECTED);
      CHECK((_mm_getcsr() & TRAPS) == (trapping & TRAPS));
      _mm_setcsr(before);
      CHECK(std::memcmp(flushed.data(), expected.data(), flushed.size() * sizeof(float)) == 0);
#endif
    }
  }
}

}  // namespace

int main() {
  threads_of_a_context();
  one_context_by_two_threads();
  modes_of_the_caller();
}
