// Everything that libflowline_cuda computes, its kernels and the order they are launched in, on an
// emulated device: to the bit what a context on the CPU computes.
#include <cstring>
#include <string>

#include "acontrario/prepared_view.hpp"
#include "acontrario/test_counts.hpp"
#include "call/segment_call.hpp"
#include "cuda/emulated_machine.hpp"
#include "cuda/engine.hpp"
#include "device_suite.hpp"

using namespace flowline;

namespace {

class EmulatedDevice {
 public:
  explicit EmulatedDevice(const EmulatedMachine::Options& options)
      : machine_(options), engine_(&machine_) {}

  void segment(const std::vector<OwnTensor>& latents, const flowline_segment_options& options,
               const flowline_maps& maps, bool prepared) {
    SegmentCall call(options, maps);
    for (const OwnTensor& latent : latents) call.latents[call.scales++] = latent.tensor;
    const PreparedView view(options, maps.height, maps.width, call.batch());
    const std::vector<uint32_t> words = view.packed_masks();
    if (prepared) {
      call.view = view.view();
      call.packed_masks = words.empty() ? nullptr : words.data();
    }
    TestCounts counts;
    counts.reserve(call.count_rows(), call.scales);
    counts.count(call.view, call.latents, call.scales);
    call.counts = &counts;
    if (call.by_law) {
      call.law = {options.law->classes,
                  options.law->knots,
                  options.law->level,
                  options.law->log10_pfa,
                  0,
                  options.law->baseline,
                  options.law->baseline_exponent,
                  options.law->baseline_log10_pfa};
    }
    engine_.segments.reserve(call);
    const int64_t growths = machine_.growths(), uploads = machine_.uploads();
    engine_.segments.segment(call);
    CHECK(machine_.growths() == growths);
    const bool sends = options.ignore != nullptr && call.asks_for_test() && !prepared;
    CHECK((machine_.uploads() > uploads) == sends);  // the costs of so few images need none
    to_workspace(call);
  }

  void energy(const OwnTensor& latent, float* energy) { engine_.energy(latent.tensor, energy); }

  void forward(const flowline_coupling& coupling, const OwnTensor& input, const OwnTensor& subnet,
               float* output, double* log_det) {
    engine_.couplings.forward(coupling, input.tensor, subnet.tensor, output, log_det);
  }

  void undo_affine(const flowline_coupling& coupling, const OwnTensor& input, float* output,
                   double* log_det) {
    engine_.couplings.undo_affine(coupling, input.tensor, output, log_det);
  }

  void inverse(const flowline_coupling& coupling, OwnTensor* latent, const OwnTensor& subnet,
               double* log_det) {
    engine_.couplings.inverse(coupling, latent->tensor, subnet.tensor, log_det);
  }

 private:
  /// The same bits in the workspace of what is asked for, and nothing else.
  void to_workspace(const SegmentCall& call) {
    const DeviceOutputs there = engine_.segments.segment_to_workspace(call);
    const auto same = [](const auto* wanted, const auto* got, int64_t count) {
      CHECK((wanted == nullptr) == (got == nullptr));
      CHECK(wanted == nullptr ||
            std::memcmp(wanted, got, static_cast<size_t>(count) * sizeof *wanted) == 0);
    };
    const flowline_maps &maps = call.maps, &got = there.maps;
    const int64_t batch = call.batch();
    same(maps.log10_nfa, got.log10_nfa, batch * call.map_pixels());
    same(maps.min_log10_nfa, got.min_log10_nfa, batch);
    same(maps.anomaly_map, got.anomaly_map, batch * call.map_pixels());
    same(maps.anomaly_score, got.anomaly_score, batch);
    same(maps.fused_map, got.fused_map, batch * call.positions_of(0));
    same(maps.mean_energies, got.mean_energies, batch * call.scales);
    same(maps.channel_means, got.channel_means, batch * call.channels());
  }

  EmulatedMachine machine_;
  Engine<EmulatedMachine> engine_;
};

// The concepts turn away what lacks a member or has another type in it.
struct NoTeam {
  int64_t threads() const;
  template <class Body>
  void each(int32_t count, Body&& body) const;
};
static_assert(!is_team<NoTeam>::value && !is_team<int>::value && !is_machine<NoTeam>::value, "");

struct NoGrid {
  void* workspace(int64_t bytes);
  int64_t most_shared() const;
  int32_t blocks_at_once() const;
  template <class Kernel>
  void load();
  template <class Kernel>
  void launch(const Kernel& kernel, int64_t blocks, int64_t shared);
};
static_assert(!is_machine<NoGrid>::value, "");

void run(uint64_t seed, int64_t rounds, EmulatedMachine::Threads threads, int64_t most_shared) {
  EmulatedDevice device({threads, most_shared, 100, static_cast<uint32_t>(seed)});
  DeviceSuite<EmulatedDevice> suite(seed, &device);
  const bool real = threads == EmulatedMachine::Threads::REAL;
  suite.run(rounds, real ? 12 : 40);
  if (real) return;
  suite.large(130, 131);  // by the whole device
  suite.large(60, 70);    // by a block in global memory, where shared memory is small
}

}  // namespace

int main(int count, char** arguments) {
  int64_t rounds = 200;
  int64_t real = 10;
  uint64_t seed = std::random_device()();
  for (int i = 1; i < count; i++) {
    const std::string argument = arguments[i];
    if (argument.rfind("--rounds=", 0) == 0) {
      rounds = std::stoll(argument.substr(9));
    } else if (argument.rfind("--real=", 0) == 0) {
      real = std::stoll(argument.substr(7));
    } else if (argument.rfind("--seed=", 0) == 0) {
      seed = std::stoull(argument.substr(7));
    } else {
      std::fprintf(stderr, "cuda_emulation_test [--rounds=N] [--real=N] [--seed=N]\n");
      return 2;
    }
  }
  std::printf("seed %llu, %lld rounds by turns, %lld by real threads\n",
              static_cast<unsigned long long>(seed), static_cast<long long>(rounds),
              static_cast<long long>(real));
  std::fflush(stdout);
  using Threads = EmulatedMachine::Threads;
  run(seed, rounds, Threads::TURNS_ASCENDING, 227 * 1024);
  run(seed + 1, rounds, Threads::TURNS_DESCENDING, 64 * 1024);
  run(seed + 2, rounds, Threads::TURNS_SHUFFLED, 0);  // nothing fits in shared memory
  run(seed + 3, real, Threads::REAL, 48 * 1024);
}
