#ifndef FLOWLINE_ACONTRARIO_CELLS_HPP
#define FLOWLINE_ACONTRARIO_CELLS_HPP

#include <cstdint>

namespace flowline {

/// Lowers the pixels of a map to the values of the positions whose cells touch them, without
/// interpolation: a position covers one pixel at least, the one at its centre. Positions that are
/// not below the bound cover none.
///
/// values: (height, width) of a scale. map: (map_height, map_width).
void lower_to_cells(const float* values, int64_t height, int64_t width, double below,
                    int64_t map_height, int64_t map_width, float* map);

}  // namespace flowline
#endif
