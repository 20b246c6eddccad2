// EXACT and the numbers of tests against tables of high precision (written by
// high-precision-tables.py beside them): relative error of the log10.
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "check.hpp"

namespace {

using Cells = std::vector<std::string>;

std::vector<Cells> rows_of(const std::string& name) {
  std::ifstream file(TABLES "/" + name);
  std::vector<Cells> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

/// Every row's last cell is what `log10_of` gives of the others, to the relative error `bound`.
template <class Log10>
void compare(const std::string& name, size_t least_rows, double bound, Log10&& log10_of) {
  const std::vector<Cells> rows = rows_of(name);
  CHECK(rows.size() >= least_rows);
  double worst = 0.0;
  const Cells* worst_row = &rows[0];
  for (const Cells& row : rows) {
    const double expected = std::stod(row.back());
    const double actual = log10_of(row);
    const double error = std::fabs(actual - expected) / std::fabs(expected);
    if (!(error <= bound)) {
      for (const std::string& cell : row) std::fprintf(stderr, "%s,", cell.c_str());
      std::fprintf(stderr, " of %s: got %.17g, relative error %g\n", name.c_str(), actual, error);
      std::exit(1);
    }
    if (error > worst) worst_row = &row;
    worst = std::fmax(worst, error);
  }
  std::printf("%s: %zu rows, largest relative error %.2g, at %s, %s\n", name.c_str(), rows.size(),
              worst, (*worst_row)[0].c_str(), (*worst_row)[1].c_str());
}

double exact(const Cells& row) {
  double log10_pfa;
  CHECK(flowline_log10_pfa(FLOWLINE_PFA_EXACT, std::stoll(row[0]), std::stod(row[1]), 1,
                           &log10_pfa) == FLOWLINE_OK);
  return log10_pfa;
}

double tests(const Cells& row) {
  std::vector<int64_t> pixels;
  std::istringstream positions(row[0]);
  for (int64_t n; positions >> n;) pixels.push_back(n);
  double log10_tests;
  CHECK(flowline_log10_number_of_tests(pixels.data(), static_cast<int32_t>(pixels.size()),
                                       &log10_tests) == FLOWLINE_OK);
  return log10_tests;
}

double tests_by_size(const Cells& row) {
  double log10_tests;
  CHECK(flowline_log10_number_of_tests_by_size(std::stoll(row[0]), std::stoll(row[1]),
                                               std::stoll(row[2]), &log10_tests) == FLOWLINE_OK);
  return log10_tests;
}

// AS_RELEASED down to the smallest energies that a double holds.
void smallest_energies() {
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

}  // namespace

int main() {
  smallest_energies();
  compare("log10-chi-square-tail.csv", 1400, 1e-9, exact);
  compare("log10-number-of-tests.csv", 200, 1e-12, tests);
  compare("log10-number-of-tests-by-size.csv", 150, 1e-12, tests_by_size);
}
