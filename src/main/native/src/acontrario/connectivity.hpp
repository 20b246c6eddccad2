#ifndef FLOWLINE_ACONTRARIO_CONNECTIVITY_HPP
#define FLOWLINE_ACONTRARIO_CONNECTIVITY_HPP

namespace flowline {

/// How many neighbours a position has in the regions of every test.
constexpr int CONNECTIVITY = 4;

}  // namespace flowline
#endif
