#ifndef FLOWLINE_CUDA_MACHINE_HPP
#define FLOWLINE_CUDA_MACHINE_HPP

#include <cstdint>
#include <type_traits>
#include <utility>

namespace flowline {

/// A thread team over an executor, as Kokkos has it: a Team is what Kokkos' TeamPolicy gives a
/// kernel, and a Machine is an ExecutionSpace, which launches kernels of many teams. Kernels are
/// written once for any Team; the machines are a CUDA device (cuda_machine.hpp) and its emulation
/// by host threads (emulated_machine.hpp), which tests them to the bit with no device.
///
/// A Team, the threads that work through one block together, phase by phase, has
///
///     int32_t threads() const       how many there are
///     void each(count, body)        body(i) for every i in 0..count-1, thread t those that are t
///                                   modulo threads(), ascending; then a barrier
///
/// Outside of the bodies all threads run the same code on the same values: what they branch on
/// there is an argument, or memory that no phase is writing.
///
/// A kernel is a structure: its members are its arguments, of which a launch takes a copy.
/// Kernel::THREADS is the size of its teams, and Kernel::BLOCKS_AT_LEAST of its blocks are to find
/// room on one multiprocessor. A Machine has
///
///     void* workspace(bytes)          at least so much memory, aligned to 256 bytes; if it grows,
///                                     its contents are lost
///     int64_t most_shared()           the most shared memory that one block can have, in bytes
///     int32_t blocks_at_once()        about how many blocks keep it busy
///     void load<Kernel>()             prepares a kernel's first launch; load_grid<Kernel>() too
///     void launch(kernel, blocks, shared)    kernel(team, block, shared memory) for block in
///                                     0..blocks-1, each by a team of Kernel::THREADS threads
///     void launch_grid(kernel)        kernel(team, 0, nullptr), once, by as many threads as fit
///     int32_t grid_threads<Kernel>()  how many these are
///
/// Launches are in order. is_team and is_machine check these signatures at compile time.
namespace concepts {

struct AnyBody {
  void operator()(int32_t) const;
};

struct AnyKernel {
  static constexpr int32_t THREADS = 32;
  static constexpr int32_t BLOCKS_AT_LEAST = 1;

  template <class Team>
  void operator()(const Team& team, int64_t block, char* shared) const;
};

template <class Expected, class Actual>
using Same = std::enable_if_t<std::is_same<Expected, Actual>::value>;

}  // namespace concepts

template <class Team, class = void>
struct is_team : std::false_type {};

template <class Team>
struct is_team<Team,
               std::void_t<concepts::Same<int32_t, decltype(std::declval<const Team&>().threads())>,
                           concepts::Same<void, decltype(std::declval<const Team&>().each(
                                                    int32_t{}, concepts::AnyBody()))>>>
    : std::true_type {};

template <class Machine, class = void>
struct is_machine : std::false_type {};

template <class Machine>
struct is_machine<
    Machine,
    std::void_t<
        concepts::Same<void*, decltype(std::declval<Machine&>().workspace(int64_t{}))>,
        concepts::Same<int64_t, decltype(std::declval<const Machine&>().most_shared())>,
        concepts::Same<int32_t, decltype(std::declval<const Machine&>().blocks_at_once())>,
        concepts::Same<void,
                       decltype(std::declval<Machine&>().template load<concepts::AnyKernel>())>,
        concepts::Same<
            void, decltype(std::declval<Machine&>().template load_grid<concepts::AnyKernel>())>,
        concepts::Same<void,
                       decltype(std::declval<Machine&>().launch(
                           std::declval<const concepts::AnyKernel&>(), int64_t{}, int64_t{}))>,
        concepts::Same<void, decltype(std::declval<Machine&>().launch_grid(
                                 std::declval<const concepts::AnyKernel&>()))>,
        concepts::Same<int32_t, decltype(std::declval<const Machine&>()
                                             .template grid_threads<concepts::AnyKernel>())>>>
    : std::true_type {};

}  // namespace flowline
#endif
