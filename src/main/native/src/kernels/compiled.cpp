// All kernels, for the instruction set that the build system compiles this file for: each set is
// an object of its own, its functions in a namespace of its own, FLOWLINE_INSTRUCTION_SET.
//
// What is included here may use no function of the standard library that is inline or a template:
// the linker keeps one copy of such a function for the whole program, and that might be this one.
#include "kernels/kernels.hpp"

// clang-format off
#include "kernels/vector.inc"
#include "kernels/sums.inc"
#include "kernels/above.inc"
#include "kernels/ascents.inc"
#include "kernels/below.inc"
#include "kernels/planes.inc"
#include "kernels/coupling_elements.inc"
#include "kernels/coupling.inc"
#include "kernels/energy.inc"
#include "kernels/means.inc"
#include "kernels/paint.inc"
#include "kernels/pfa.inc"
#include "kernels/upsampling.inc"
#include "kernels/transpose.inc"
#include "kernels/resize8.inc"
#include "kernels/resize16.inc"
#include "kernels/demosaic.inc"
#include "kernels/couple_pixels.inc"
#include "kernels/couple_gradients.inc"
#include "kernels/product.inc"
#include "kernels/winograd.inc"
#include "kernels/transformer.inc"
// clang-format on

namespace flowline {
namespace FLOWLINE_INSTRUCTION_SET {

extern const Kernels KERNELS;
const Kernels KERNELS = {
    FLOWLINE_INSTRUCTION_SET_NAME,
    energy,
    channel_means,
    sum,
    likelihood,
    widen,
    minimum_row,
    anomaly_row,
    smallest,
    coupling_forward,
    coupling_undo_affine,
    coupling_inverse,
    first_not_finite,
    ascents,
    higher_of_eight,
    above,
    below,
    least_and_largest,
    chernoff,
    paint,
    gather,
    across8,
    down8,
    normalise8,
    across16,
    down16,
    normalise16,
    demosaic,
    couple_pixels,
    couple_gradients,
    rectified_gradients,
    log_scales,
    LANES,
    PANEL_VECTORS,
    multiply,
    multiply_onto,
    winograd_weights,
    winograd_weight_gradient,
    pack_rows,
    exponentiate,
    winograd_input,
    winograd_output,
    winograd_gradient,
};

}  // namespace FLOWLINE_INSTRUCTION_SET
}  // namespace flowline
