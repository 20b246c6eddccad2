#ifndef FLOWLINE_CHECKS_FLOATING_POINT_MODE_HPP
#define FLOWLINE_CHECKS_FLOATING_POINT_MODE_HPP

#include <cstdint>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace flowline {

/// The floating-point mode that all results are defined in, for the time of its scope in this
/// thread: round to nearest, denormal numbers as they are, no exception trapped. What the thread
/// had before returns at the end. A thread that has this mode already pays for one read.
class FloatingPointMode {
 public:
  FloatingPointMode() : before_(read()), differs_((before_ & CONTROL) != STANDARD) {
    if (differs_) write(STANDARD);
  }
  ~FloatingPointMode() {
    if (differs_) write(before_);
  }
  FloatingPointMode(const FloatingPointMode&) = delete;
  FloatingPointMode& operator=(const FloatingPointMode&) = delete;

 private:
#if defined(__SSE__)
  using Register = uint32_t;
  static constexpr Register CONTROL = 0xffc0;   // MXCSR without its flags of past exceptions
  static constexpr Register STANDARD = 0x1f80;  // all exceptions masked
  static Register read() { return _mm_getcsr(); }
  static void write(Register value) { _mm_setcsr(value); }
#elif defined(__aarch64__)
  using Register = uint64_t;
  static constexpr Register CONTROL = ~uint64_t{0};
  static constexpr Register STANDARD = 0;
  static Register read() {
    Register value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void write(Register value) { __asm__ volatile("msr fpcr, %0" : : "r"(value) : "memory"); }
#else
  using Register = uint32_t;
  static constexpr Register CONTROL = 0, STANDARD = 0;
  static Register read() { return 0; }
  static void write(Register) {}
#endif

  Register before_;
  bool differs_;
};

}  // namespace flowline
#endif
