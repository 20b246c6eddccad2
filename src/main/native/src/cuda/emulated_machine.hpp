#ifndef FLOWLINE_CUDA_EMULATED_MACHINE_HPP
#define FLOWLINE_CUDA_EMULATED_MACHINE_HPP

#include <algorithm>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "cuda/emulation.hpp"
#include "cuda/machine.hpp"
#include "cuda/upload_kernel.hpp"

namespace flowline {

/// A Machine (machine.hpp) of host memory and emulated teams. Blocks run in an order of the test's
/// choice, those of real threads several at once, and what a block finds in shared memory is
/// garbage, as is what a call finds in the workspace.
class EmulatedMachine {
 public:
  enum class Threads { TURNS_ASCENDING, TURNS_DESCENDING, TURNS_SHUFFLED, REAL };

  struct Options {
    Threads threads;
    int64_t most_shared;  // bytes
    int32_t grid_threads;
    uint32_t seed;
  };

  explicit EmulatedMachine(const Options& options) : options_(options), random_(options.seed) {}

  void* workspace(int64_t bytes) {
    if (bytes > size_) {
      workspace_.reset(new uint64_t[static_cast<size_t>(bytes + 7) / 8]);
      size_ = bytes;
      growths_++;
    }
    std::fill_n(workspace_.get(), (bytes + 7) / 8, GARBAGE[random_() % 4]);
    return workspace_.get();
  }

  int64_t growths() const { return growths_; }
  int64_t uploads() const { return uploads_; }  ///< launches that do nothing else
  int64_t most_shared() const { return options_.most_shared; }
  int32_t blocks_at_once() const { return 3; }

  template <class Kernel>
  void load() {}

  template <class Kernel>
  void load_grid() {}

  template <class Kernel>
  int32_t grid_threads() const {
    return options_.threads == Threads::REAL ? REAL_THREADS : options_.grid_threads;
  }

  template <class Kernel>
  void launch(const Kernel& kernel, int64_t blocks, int64_t shared) {
    uploads_ += std::is_same<Kernel, UploadKernel>::value;
    if (options_.threads != Threads::REAL) {
      for (int64_t i = 0; i < blocks; i++) {
        const int64_t block = options_.threads == Threads::TURNS_DESCENDING ? blocks - 1 - i : i;
        run_block(kernel, block, shared);
      }
      return;
    }
    std::vector<std::thread> processors;
    for (int64_t first = 0; first < std::min<int64_t>(REAL_BLOCKS, blocks); first++) {
      processors.emplace_back([&, first] {
        for (int64_t block = first; block < blocks; block += REAL_BLOCKS) {
          run_block(kernel, block, shared);
        }
      });
    }
    for (std::thread& processor : processors) processor.join();
  }

  template <class Kernel>
  void launch_grid(const Kernel& kernel) {
    run(kernel, grid_threads<Kernel>(), 0, nullptr);
  }

 private:
  static constexpr int32_t REAL_THREADS = 4;
  static constexpr int64_t REAL_BLOCKS = 3;
  static constexpr uint64_t GARBAGE[] = {0, 0x7f7f7f7f7f7f7f7fu, 0xa5a5a5a5a5a5a5a5u, UINT64_MAX};

  template <class Kernel>
  void run_block(const Kernel& kernel, int64_t block, int64_t shared) {
    const size_t words = static_cast<size_t>(shared + 7) / 8;
    const std::unique_ptr<uint64_t[]> memory(new uint64_t[words]);
    for (size_t word = 0; word < words; word++) memory[word] = 0xa5a5a5a5a5a5a5a5u;
    run(kernel, Kernel::THREADS, block, reinterpret_cast<char*>(memory.get()));
  }

  // A kernel may not count on the size of its team but for its arrays': real threads are fewer.
  template <class Kernel>
  void run(const Kernel& kernel, int32_t threads, int64_t block, char* shared) {
    if (options_.threads == Threads::REAL) {
      ThreadTeam::launch(REAL_THREADS,
                         [&](const ThreadTeam& team) { kernel(team, block, shared); });
      return;
    }
    const TurnTeam::Order order =
        options_.threads == Threads::TURNS_ASCENDING    ? TurnTeam::Order::ASCENDING
        : options_.threads == Threads::TURNS_DESCENDING ? TurnTeam::Order::DESCENDING
                                                        : TurnTeam::Order::SHUFFLED;
    kernel(TurnTeam(threads, order, random_()), block, shared);
  }

  Options options_;
  std::mt19937 random_;
  std::unique_ptr<uint64_t[]> workspace_;
  int64_t size_ = 0;
  int64_t growths_ = 0;
  int64_t uploads_ = 0;
};

static_assert(is_machine<EmulatedMachine>::value, "see machine.hpp");

}  // namespace flowline
#endif
