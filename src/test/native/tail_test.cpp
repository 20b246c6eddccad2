// EXACT against a table of high precision: relative error of log10 Q at most 1e-9.
#include <cmath>
#include <fstream>
#include <string>

#include "check.hpp"

// AS_RELEASED down to the smallest energies that a double holds.
static void smallest_energies() {
  for (double energy : {1e-300, 1e-307, 3e-308, 1e-308, 1e-310, 3e-320, 5e-324}) {
    for (long channels : {1, 4, 4096}) {
      const double ratio = std::ldexp(energy, 200) / channels;  // exact, and not subnormal
      const double log_ratio = std::log(ratio) - 200 * std::log(2.0);
      const double expected = channels / 2.0 * (1 + log_ratio) / std::log(10.0);
      double actual;
      CHECK(flowline_log10_pfa(FLOWLINE_PFA_AS_RELEASED, channels, energy, 1, &actual) ==
            FLOWLINE_OK);
      CHECK(std::fabs(actual - expected) <= 1e-14 * std::fabs(expected));
    }
  }
}

int main() {
  smallest_energies();
  std::ifstream table(TABLE);
  std::string line;
  int rows = 0;
  double worst = 0;
  while (std::getline(table, line)) {
    if (line.empty() || line[0] == '#') continue;
    long channels;
    double energy, expected, actual;
    CHECK(std::sscanf(line.c_str(), "%ld,%lf,%lf", &channels, &energy, &expected) == 3);
    CHECK(flowline_log10_pfa(FLOWLINE_PFA_EXACT, channels, energy, 1, &actual) == FLOWLINE_OK);
    const double error = std::fabs(actual - expected) / std::fabs(expected);
    if (!(error <= 1e-9)) {
      std::fprintf(stderr, "%s: got %.17g, relative error %g\n", line.c_str(), actual, error);
      return 1;
    }
    worst = std::fmax(worst, error);
    rows++;
  }
  CHECK(rows > 100);
  std::printf("%d rows, largest relative error %g\n", rows, worst);
}
