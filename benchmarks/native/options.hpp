#ifndef FLOWLINE_BENCHMARK_OPTIONS_HPP
#define FLOWLINE_BENCHMARK_OPTIONS_HPP

#include <cstdint>
#include <string>
#include <vector>

struct Options {
  std::vector<std::string> parts;   ///< empty: all
  std::vector<std::string> fields;  ///< empty: all
  std::vector<int32_t> sizes;       ///< empty: 14, 28, 112, 448, 1024
  std::vector<std::string> instruction_sets = {"best"};
  int64_t repeat = 0;  ///< not 0: run the one part so many times and print nothing but the pixels
  int rounds = 9;
  double plant = 1.0;    ///< cost of what is measured, as a multiple of what it is
  std::string libtorch;  ///< path of libtorch_cpu.so, whose convolutions are measured too; "": none
  bool json = false;
};

/// Throws std::invalid_argument saying what is wrong.
Options parse_options(int count, char** arguments);

extern const char* const USAGE;

#endif
