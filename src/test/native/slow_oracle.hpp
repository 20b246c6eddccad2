#ifndef FLOWLINE_TEST_SLOW_ORACLE_HPP
#define FLOWLINE_TEST_SLOW_ORACLE_HPP

#include <cstdint>
#include <vector>

#include "acontrario/judgement.hpp"
#include "tree/component_tree.hpp"

/// The component tree by its definition: for each value of the map above the floor, the connected
/// components of the pixels that reach it. Quadratic and worse.
flowline::ComponentTree slow_tree(const float* map, int32_t height, int32_t width, int connectivity,
                                  float floor);

/// The paper's procedures 1 and 2, repeated until nothing changes, and what is painted. tree: of
/// the energies.
std::vector<float> slow_painted(const flowline::ComponentTree& tree, int64_t pixels,
                                const flowline::Judgement& judgement, double log10_tests);

#endif
