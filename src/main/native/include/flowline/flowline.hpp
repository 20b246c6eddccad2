/* libflowline for C++17: flowline.h with owners, views and exceptions. Header only.
 *
 * flowline.h describes what functions compute. This header adds a context that destroys itself,
 * views that know their size, options with defaults, results as vectors, and exceptions instead of
 * statuses. A complete program:
 *
 *     #include <flowline/flowline.hpp>
 *     #include <iostream>
 *
 *     int main() try {
 *       std::vector<float> fine(16 * 28 * 28), coarse(32 * 14 * 14);  // (C, H, W)
 *       for (int c = 0; c < 16; c++) fine[c * 28 * 28 + 10 * 28 + 12] = 4.0f;  // a bright position
 *
 *       flowline::Context context;
 *       const double log10_epsilon = -2;  // one false alarm in a hundred images
 *       const flowline::Tensor latents[] = {flowline::Tensor(fine, {1, 16, 28, 28}),
 *                                           flowline::Tensor(coarse, {1, 32, 14, 14})};
 *       for (const auto& image : context.inspect(latents, 256, 256, log10_epsilon)) {
 *         std::cout << flowline::name_of(image.verdict) << "\n";
 *         for (const flowline::Region& region : image.regions) {
 *           std::cout << region.area << " pixels at " << region.peak_x << ", " << region.peak_y
 *                     << ", log10 NFA " << region.log10_nfa << "\n";
 *         }
 *       }
 *     } catch (const flowline::Error& error) {
 *       std::cerr << error.what() << "\n";
 *       return 1;
 *     }
 *
 * Functions that take or return vectors, Context::segment among them, use host memory and are for
 * contexts on the CPU. Functions named "_into" write to memory of the caller, which for a CUDA
 * context is the device's. A view does not keep alive what it views; a view of a temporary vector
 * does not compile.
 */
#ifndef FLOWLINE_FLOWLINE_HPP
#define FLOWLINE_FLOWLINE_HPP

#include <flowline/flowline.h>

#include "flowline/calibration.hpp"
#include "flowline/context.hpp"
#include "flowline/coupling.hpp"
#include "flowline/cross_validation.hpp"
#include "flowline/error.hpp"
#include "flowline/field_of_view.hpp"
#include "flowline/frame.hpp"
#include "flowline/inspection.hpp"
#include "flowline/layers.hpp"
#include "flowline/parts.hpp"
#include "flowline/segmentation.hpp"
#include "flowline/span.hpp"
#include "flowline/tensor.hpp"

#endif
