// What a program compiles of libflowline's headers, under flags that are stricter than their own.
#include <flowline/flowline.hpp>

int64_t regions_of(const std::vector<float>& z);

int64_t regions_of(const std::vector<float>& z) {
  flowline::Context context;
  const flowline_segment_options plain = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  const flowline::Tensor latent(z, {1, 4, 8, 8});
  const flowline::Maps maps = context.segment({latent}, 16, 16);
  const flowline::Inspection image = context.inspect({latent}, 16, 16, -2.0)[0];
  const flowline::RelativeMaxima good = context.relative_maxima(maps.log10_nfa_of(0), 16, 16);
  const std::vector<float> baselines = {good.baseline};
  const flowline::RegionLaw law = flowline::fit_relative_law(good.maxima, baselines, 16, 16);
  return static_cast<int64_t>(image.regions.size() + law.level.size()) + plain.number_of_tests;
}
