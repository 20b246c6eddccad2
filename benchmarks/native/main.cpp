// Nanoseconds a pixel by part, field, size and instruction set: medians of interleaved rounds, with
// the ratio to the baseline of the same round, which a noisy machine slows down as much.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <stdexcept>

#include "flowline/flowline.h"
#include "options.hpp"
#include "parts.hpp"

/// All that is measured runs in here, and nothing else does.
extern "C" __attribute__((noinline)) void flowline_measured(const Part& part, int64_t invocations,
                                                            double plant) {
  double owed = 0.0;
  for (int64_t i = 0; i < invocations; i++) {
    part.run();
    for (owed += plant - 1.0; owed >= 1.0; owed -= 1.0) part.run();
  }
}

namespace {

template <class Value>
bool chosen(const std::vector<Value>& wanted, const Value& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

double now(bool of_processor) {
  timespec time;
  clock_gettime(of_processor ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double seconds(const Part& part, int64_t invocations, double plant) {
  const double start = now(part.one_thread);
  flowline_measured(part, invocations, plant);
  return now(part.one_thread) - start;
}

/// A part and what it is compared with, measured in turn.
class Measurement {
 public:
  Measurement(const std::vector<Part>& parts, const Options& options)
      : parts_(parts), options_(options) {
    for (const Part& part : parts) {
      const bool wanted = chosen(options.parts, part.name);
      wanted_.push_back(wanted);
      const bool compared = std::any_of(parts.begin(), parts.end(), [&](const Part& other) {
        return other.baseline == part.name && chosen(options.parts, other.name);
      });
      needed_.push_back(wanted || compared);
    }
  }

  void run(const std::string& set, const std::string& field, int32_t side) {
    constexpr double LEAST = 2e-3;  // seconds of a round
    std::vector<int64_t> invocations(parts_.size(), 1);
    std::vector<std::vector<double>> nanos(parts_.size());
    for (size_t i = 0; i < parts_.size(); i++) {
      if (!needed_[i]) continue;
      parts_[i].run();
      while (seconds(parts_[i], invocations[i], 1.0) < LEAST) invocations[i] *= 2;
    }
    for (int round = 0; round < options_.rounds; round++) {
      for (size_t i = 0; i < parts_.size(); i++) {
        if (!needed_[i]) continue;
        const double plant = parts_[i].baseline.empty() ? 1.0 : options_.plant;
        nanos[i].push_back(seconds(parts_[i], invocations[i], plant) * 1e9 /
                           (static_cast<double>(invocations[i]) * parts_[i].pixels));
      }
    }
    for (size_t i = 0; i < parts_.size(); i++) {
      if (wanted_[i]) print(set, field, side, i, nanos);
    }
  }

 private:
  void print(const std::string& set, const std::string& field, int32_t side, size_t i,
             const std::vector<std::vector<double>>& nanos) const {
    const Part& part = parts_[i];
    std::vector<double> ratios;
    for (size_t b = 0; b < parts_.size(); b++) {
      if (part.baseline.empty() || parts_[b].name != part.baseline) continue;
      for (size_t r = 0; r < nanos[i].size(); r++) ratios.push_back(nanos[b][r] / nanos[i][r]);
    }
    const double ratio = ratios.empty() ? 0.0 : median(ratios);
    const double fastest = *std::min_element(nanos[i].begin(), nanos[i].end());
    if (options_.json) {
      std::printf(
          "{\"instructionSet\": \"%s\", \"field\": \"%s\", \"size\": %d, \"part\": \"%s\", "
          "\"pixels\": %lld, \"nanosPerPixel\": %.4g, \"fastestNanosPerPixel\": %.4g",
          set.c_str(), field.c_str(), side, part.name.c_str(), static_cast<long long>(part.pixels),
          median(nanos[i]), fastest);
      if (!ratios.empty()) {
        std::printf(", \"baseline\": \"%s\", \"ratio\": %.4g", part.baseline.c_str(), ratio);
      }
      std::printf("}\n");
    } else {
      std::printf("%-8s %-14s %5d  %-18s %9.2f ns/pixel  fastest %9.2f", set.c_str(), field.c_str(),
                  side, part.name.c_str(), median(nanos[i]), fastest);
      if (!ratios.empty()) std::printf("  %5.2f x %s", ratio, part.baseline.c_str());
      std::printf("\n");
    }
    std::fflush(stdout);
  }

  const std::vector<Part>& parts_;
  const Options& options_;
  std::vector<bool> wanted_, needed_;
};

struct InstructionSet {
  const char* name;
  int32_t number;
};
const InstructionSet SETS[] = {{"best", FLOWLINE_INSTRUCTION_SET_BEST},
                               {"baseline", FLOWLINE_INSTRUCTION_SET_BASELINE},
                               {"avx2", FLOWLINE_INSTRUCTION_SET_AVX2},
                               {"avx512", FLOWLINE_INSTRUCTION_SET_AVX512},
                               {"neon", FLOWLINE_INSTRUCTION_SET_NEON}};

std::vector<InstructionSet> sets_of(const Options& options) {
  const bool all = options.instruction_sets == std::vector<std::string>{"all"};
  std::vector<InstructionSet> sets;
  for (const InstructionSet& set : SETS) {
    if (all && (set.number == FLOWLINE_INSTRUCTION_SET_BEST || !flowline::kernels_of(set.number))) {
      continue;
    }
    if (!all && !chosen(options.instruction_sets, std::string(set.name))) continue;
    if (flowline::kernels_of(set.number) == nullptr) {
      throw std::invalid_argument(std::string("not here: ") + set.name);
    }
    sets.push_back(set);
  }
  if (sets.empty()) throw std::invalid_argument("no such instruction set");
  return sets;
}

void repeat_one(const std::vector<Part>& parts, const Options& options) {
  for (const Part& part : parts) {
    if (part.name != options.parts[0]) continue;
    part.run();  // the workspace grows
    flowline_measured(part, options.repeat, options.plant);
    std::printf("%lld\n", static_cast<long long>(options.repeat * part.pixels));
    return;
  }
  throw std::invalid_argument("no such part: " + options.parts[0]);
}

bool is_of_latents(const std::string& part) {
  const auto starts = [&](const char* with) { return part.rfind(with, 0) == 0; };
  return starts("segment") || starts("batch") || starts("inspect") ||
         part.find("-2048") != std::string::npos;
}

bool is_of_convolutions(const std::string& part) {
  const auto starts = [&](const char* with) { return part.rfind(with, 0) == 0; };
  return part == "convolutions" || part == "flow" || starts("step-") || starts("flow-") ||
         starts("winograd-") || starts("direct-") || starts("libtorch-");
}

bool is_of_layers(const std::string& part) {
  const auto starts = [&](const char* with) { return part.rfind(with, 0) == 0; };
  return part == "layers" || starts("linear-") || starts("attention-") || starts("gradients-");
}

bool is_of_frames(const std::string& part) { return part.find("frame-") != std::string::npos; }

void run(const Options& options) {
  const std::vector<std::string> fields = options.fields.empty() ? FIELD_NAMES : options.fields;
  const std::vector<int32_t> sizes =
      options.sizes.empty() ? std::vector<int32_t>{14, 28, 112, 448, 1024} : options.sizes;
  const bool of_segment = options.parts.empty() || is_of_latents(options.parts[0]);
  const bool of_frames = options.parts.empty() || is_of_frames(options.parts[0]);
  const bool of_convolutions = !options.parts.empty() && is_of_convolutions(options.parts[0]);
  if (options.repeat > 0 && (options.parts.size() != 1 || fields.size() * sizes.size() == 0)) {
    throw std::invalid_argument("--repeat takes one --part");
  }
  for (const InstructionSet& set : sets_of(options)) {
    const flowline::Kernels& kernels = *flowline::kernels_of(set.number);
    if (of_segment) {
      const std::vector<Part> parts = segment_parts(set.number);
      if (options.repeat > 0) return repeat_one(parts, options);
      Measurement(parts, options).run(set.name, "latents", 0);
      if (!options.parts.empty()) continue;
    }
    if (of_frames) {
      const std::vector<Part> parts = frame_parts(set.number);
      if (options.repeat > 0) return repeat_one(parts, options);
      Measurement(parts, options).run(set.name, "frames", 0);
      if (!options.parts.empty()) continue;
    }
    if (!options.parts.empty() && is_of_layers(options.parts[0])) {
      const std::vector<Part> parts = layer_parts(set.number);
      if (options.repeat > 0) return repeat_one(parts, options);
      Options chosen = options;
      if (options.parts[0] == "layers") chosen.parts.clear();
      Measurement(parts, chosen).run(set.name, "layers", 0);
      continue;
    }
    if (of_convolutions) {
      const std::string& first = options.parts[0];
      const bool whole = first == "convolutions" || first == "flow";
      const bool of_flow =
          first.find("flow") != std::string::npos || first.find("step-") != std::string::npos;
      const bool one_step = options.repeat > 0 && first.rfind("step-", 0) == 0;
      const std::vector<Part> parts =
          of_flow ? flow_parts(kernels, options.libtorch, one_step ? first : std::string())
                  : convolution_parts(kernels, options.libtorch);
      if (options.repeat > 0) return repeat_one(parts, options);
      Options chosen = options;
      if (whole) chosen.parts.clear();
      Measurement(parts, chosen).run(set.name, of_flow ? "flow" : "convolutions", 0);
      continue;
    }
    for (const std::string& name : fields) {
      for (int32_t size : sizes) {
        const Field field = make_field(name, size);
        const std::vector<Part> parts = parts_of_field(field, kernels, set.number);
        if (options.repeat > 0) return repeat_one(parts, options);
        Measurement(parts, options).run(set.name, name, size);
      }
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string(arguments[1]) == "--help") {
    std::printf("%s", USAGE);
    return 0;
  }
  try {
    run(parse_options(count, arguments));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n\n%s", error.what(), USAGE);
    return 2;
  }
}
