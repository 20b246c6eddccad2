#include "api/checked_structs.hpp"

#include <cmath>
#include <cstddef>
#include <string>

#include "api/struct_versions.hpp"
#include "checks/status.hpp"

namespace flowline {

flowline_context_options context_options_of(const flowline_context_options* options) {
  if (options == nullptr) return FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  const flowline_context_options known = known_part(options, "options");
  require_between("options.threads", known.threads, 1, 1024);
  require_between("options.device", known.device, FLOWLINE_DEVICE_CPU, FLOWLINE_DEVICE_CUDA);
  const bool cuda = known.device == FLOWLINE_DEVICE_CUDA;
  require_between("options.device_index", known.device_index, 0, cuda ? INT32_MAX : 0);
  require_between("options.instruction_set", known.instruction_set, FLOWLINE_INSTRUCTION_SET_BEST,
                  FLOWLINE_INSTRUCTION_SET_NEON);
  require_between("options.reserved", known.reserved, 0, 0);
  if (!cuda && known.stream != nullptr) invalid("options.stream must be NULL on the CPU");
  return known;
}

flowline_segment_options segment_options_of(const flowline_segment_options* options) {
  if (options == nullptr) return FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  flowline_segment_options known = known_part(options, "options");
  require_between("options.pfa_bound", known.pfa_bound, FLOWLINE_PFA_CHERNOFF, FLOWLINE_PFA_EXACT);
  require_between("options.number_of_tests", known.number_of_tests, FLOWLINE_TESTS_DEFAULT,
                  FLOWLINE_TESTS_PUBLISHED);
  if (known.number_of_tests == FLOWLINE_TESTS_DEFAULT) {
    const bool of_version_0_2 = is_older(known, offsetof(flowline_segment_options, field_of_view));
    known.number_of_tests = of_version_0_2 ? FLOWLINE_TESTS_PUBLISHED : FLOWLINE_TESTS_BY_SIZE;
  }
  require_between("options.reserved", known.reserved, 0, 0);
  require_between("options.smallest_region", known.smallest_region, 0, MOST_PIXELS);
  if (known.law == nullptr && known.smallest_region != 0) {
    invalid("options.smallest_region must be 0 without a law, got " +
            std::to_string(known.smallest_region));
  }
  return known;
}

namespace {

// A law of maps of another size has other regions.
void require_same_size(const flowline_region_law& law, const flowline_tensor& finest) {
  require_between("options.law.height", law.height, 0, MOST_PIXELS);
  require_between("options.law.width", law.width, 0, MOST_PIXELS);
  if (law.height == 0 && law.width == 0) return;
  if (law.height == finest.height && law.width == finest.width) return;
  invalid("options.law was measured on maps of " + std::to_string(law.height) + " x " +
          std::to_string(law.width) + " (options.law.height, width), but latents[0] is " +
          std::to_string(finest.height) + " x " + std::to_string(finest.width));
}

void require_baseline(const Name& name, float baseline) {
  if (baseline >= 0.0f && baseline <= 1.0f) return;
  invalid(name.text() + " must be in [0, 1], got " + std::to_string(baseline));
}

}  // namespace

RegionLaw region_law_of(const flowline_region_law* law, const flowline_tensor& finest,
                        bool with_data) {
  const flowline_region_law known = known_part(law, "options.law");
  require_between("options.law.classes", known.classes, 1, MOST_CLASSES);
  require_between("options.law.knots", known.knots, 2, MOST_KNOTS);
  require_between("options.law.reserved", known.reserved, 0, 0);
  require_baseline("options.law.baseline", known.baseline);
  const bool relative = known.baseline > 0.0f;
  require_baseline_exponent("options.law.baseline_exponent", known.baseline_exponent);
  if (!relative && known.baseline_exponent != 0.0f) {
    invalid("options.law.baseline_exponent must be 0 if options.law.baseline is 0, got " +
            std::to_string(known.baseline_exponent));
  }
  if (!relative && known.baseline_log10_pfa != nullptr) {
    invalid("options.law.baseline_log10_pfa must be NULL if options.law.baseline is 0");
  }
  require_same_size(known, finest);
  if (with_data) {
    require_pointer("options.law.level", known.level, alignof(float));
    require_pointer("options.law.log10_pfa", known.log10_pfa, alignof(double));
    if (relative) {
      require_pointer("options.law.baseline_log10_pfa", known.baseline_log10_pfa, alignof(double));
    }
  }
  return {known.classes,
          known.knots,
          known.level,
          known.log10_pfa,
          0,
          known.baseline,
          known.baseline_exponent,
          known.baseline_log10_pfa};
}

void require_inside(const flowline_segment_options& options, int64_t height, int64_t width,
                    int64_t batch) {
  if (options.roi_x != 0 || options.roi_y != 0 || options.roi_width != 0 ||
      options.roi_height != 0) {
    require_between("options.roi_x", options.roi_x, 0, width - 1);
    require_between("options.roi_y", options.roi_y, 0, height - 1);
    require_between("options.roi_width", options.roi_width, 1, width - options.roi_x);
    require_between("options.roi_height", options.roi_height, 1, height - options.roi_y);
  }
  if (options.ignore == nullptr || options.ignore_batch_stride == 0) {
    require_between("options.ignore_batch_stride", options.ignore_batch_stride, 0, 0);
  } else {
    require_between("options.ignore_batch_stride", options.ignore_batch_stride, height * width,
                    INT64_MAX / batch);
  }
}

flowline_maps maps_of(const flowline_maps* maps, const Name& name) {
  const flowline_maps known = known_part(maps, name);
  require_between(name.member("reserved"), known.reserved, 0, 0);
  require_between(name.member("height"), known.height, 1, MOST_PIXELS);
  require_between(name.member("width"), known.width, 1, MOST_PIXELS);
  require_between(name.member("height * width"), known.height * known.width, 1, MOST_PIXELS);
  require_aligned(name.member("log10_nfa"), known.log10_nfa, alignof(float));
  require_aligned(name.member("min_log10_nfa"), known.min_log10_nfa, alignof(float));
  require_aligned(name.member("anomaly_map"), known.anomaly_map, alignof(float));
  require_aligned(name.member("anomaly_score"), known.anomaly_score, alignof(float));
  require_aligned(name.member("fused_map"), known.fused_map, alignof(float));
  require_aligned(name.member("mean_energies"), known.mean_energies, alignof(double));
  require_aligned(name.member("channel_means"), known.channel_means, alignof(double));
  return known;
}

namespace {

void require_guard(const Name& name, double guard) {
  if (guard >= 0.0 && std::isfinite(guard)) return;
  invalid(name.text() + " must be finite and at least 0, got " + std::to_string(guard));
}

}  // namespace

flowline_inspection inspection_of(const flowline_inspection* inspection) {
  const flowline_inspection known = known_part(inspection, "inspection");
  require_between("inspection.reserved", known.reserved, 0, 0);
  require_between("inspection.height", known.height, 1, MOST_PIXELS);
  require_between("inspection.width", known.width, 1, MOST_PIXELS);
  require_between("inspection.height * width", known.height * known.width, 1, MOST_PIXELS);
  if (std::isnan(known.log10_epsilon)) invalid("inspection.log10_epsilon must not be NaN");
  require_pointer("inspection.verdict", known.verdict, alignof(flowline_verdict));
  require_aligned("inspection.min_log10_nfa", known.min_log10_nfa, alignof(float));
  require_between("inspection.capacity", known.capacity, 0, INT64_MAX);
  if (known.capacity > 0) {
    require_pointer("inspection.regions", known.regions, alignof(flowline_region));
    require_pointer("inspection.region_count", known.region_count, alignof(int64_t));
  }
  require_aligned("inspection.region_count", known.region_count, alignof(int64_t));
  require_guard("inspection.guard_below", known.guard_below);
  require_guard("inspection.guard_above", known.guard_above);
  return known;
}

flowline_maps maps_of(const flowline_inspection& inspection) {
  flowline_maps maps = {};
  if (inspection.maps != nullptr) {
    const Name name = "inspection.maps";
    maps = maps_of(inspection.maps, name);
    require_between(name.member("height"), maps.height, inspection.height, inspection.height);
    require_between(name.member("width"), maps.width, inspection.width, inspection.width);
  }
  maps.struct_size = sizeof maps;
  maps.height = inspection.height;
  maps.width = inspection.width;
  return maps;
}

flowline_coupling coupling_of(const flowline_coupling* coupling, const Name& name) {
  const flowline_coupling known = known_part(coupling, name);
  require_between(name.member("clamp"), known.clamp, FLOWLINE_CLAMP_TANH, FLOWLINE_CLAMP_ATAN);
  require_positive(name.member("alpha"), known.alpha);
  require_finite_value(name.member("subnet_scale"), known.subnet_scale);
  require_aligned(name.member("gain"), known.gain, alignof(float));
  require_aligned(name.member("offset"), known.offset, alignof(float));
  require_aligned(name.member("permutation"), known.permutation, alignof(int32_t));
  return known;
}

flowline_flow_step flow_step_of(const flowline_flow_step* step, const Name& name) {
  const flowline_flow_step known = known_part(step, name);
  if (known.kernel != 1 && known.kernel != 3) {
    invalid(name.member("kernel").text() + " must be 1 or 3, got " + std::to_string(known.kernel));
  }
  require_between(name.member("hidden"), known.hidden, 1, MOST_LAYER_CHANNELS);
  require_pointer(name.member("first_weights"), known.first_weights, alignof(float));
  require_aligned(name.member("first_bias"), known.first_bias, alignof(float));
  require_pointer(name.member("second_weights"), known.second_weights, alignof(float));
  require_aligned(name.member("second_bias"), known.second_bias, alignof(float));
  return known;
}

}  // namespace flowline
