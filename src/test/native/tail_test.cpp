// EXACT against a table of high precision: relative error of log10 Q at most 1e-9.
#include <cmath>
#include <fstream>
#include <string>

#include "check.hpp"

int main() {
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
