// Measures libflowline_inspect from frame to verdict: how much longer it takes than the engine alone,
// and whether memory grows. Each frame goes three ways, one after the other: through
// flowline_model_inspect, through the engine alone, and through flowline_preprocess and
// flowline_judge without an engine. Prints medians and 99th percentiles of the times, and the
// resident memory after each twentieth of the frames.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "flowline/inspect.h"
#include "inspect/model.hpp"
#include "inspect/onnxruntime.hpp"

namespace {

const char* const USAGE =
    "usage: flowline_gate_benchmark FILE.onnx WIDTH HEIGHT COUNT FRAME.rgb...\n"
    "COUNT frames, at least 1, of WIDTH x HEIGHT pixels, 3 bytes each, which the files hold, in "
    "turns\n";

void check(flowline_status status) {
  if (status == FLOWLINE_OK) return;
  std::fprintf(stderr, "%s\n", flowline_last_error());
  std::exit(1);
}

double milliseconds_of(const std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

/// Returns the resident memory of this process, in MiB.
double resident() {
  std::ifstream pages("/proc/self/statm");
  long all = 0, here = 0;
  pages >> all >> here;
  return here / 256.0;
}

struct Times {
  /// Takes all of its memory at once, so that none is asked for while it is measured.
  Times(const char* of, long frames) : name(of), milliseconds(static_cast<size_t>(frames)) {
    std::fill(milliseconds.begin(), milliseconds.end(), -1);
  }

  const char* name;
  std::vector<double> milliseconds;

  void print() {
    std::sort(milliseconds.begin(), milliseconds.end());
    const size_t count = milliseconds.size();
    std::printf("%-22s %9.3f %9.3f %9.3f\n", name, milliseconds[count / 2],
                milliseconds[count * 99 / 100], milliseconds.back());
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 6) return std::fputs(USAGE, stderr), 2;
  const int64_t width = std::atoll(arguments[2]);
  const int64_t height = std::atoll(arguments[3]);
  const long frames = std::atol(arguments[4]);
  if (frames < 1) return std::fputs(USAGE, stderr), 2;
  std::vector<std::vector<char>> pixels;
  for (int i = 5; i < count; ++i) {
    std::ifstream file(arguments[i], std::ios::binary);
    pixels.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    if (static_cast<int64_t>(pixels.back().size()) != width * height * 3) {
      return std::fprintf(stderr, "%s has not %lld x %lld x 3 bytes\n", arguments[i],
                          static_cast<long long>(width), static_cast<long long>(height)),
             1;
    }
  }

  flowline_context* context = nullptr;
  flowline_model* model = nullptr;
  flowline_model* judge = nullptr;
  check(flowline_context_create(nullptr, &context));
  check(flowline_model_open(arguments[1], nullptr, &model));
  flowline_model_options options = FLOWLINE_MODEL_OPTIONS_DEFAULT;
  options.engine = FLOWLINE_ENGINE_NONE;
  check(flowline_model_open(arguments[1], &options, &judge));
  options.engine = FLOWLINE_ENGINE_ONNXRUNTIME;
  const flowline::OnnxSession session(arguments[1], model->manifest(), options);
  const std::unique_ptr<flowline::EngineBuffers> buffers = session.buffers();
  flowline_preprocessing input = {};
  input.struct_size = sizeof input;
  check(flowline_model_preprocessing(model, &input));

  Times whole("flowline_model_inspect", frames), engine("engine", frames),
      rest("preprocess and judge", frames), more("inspect - engine", frames);
  std::vector<flowline_tensor> latents(buffers->latents.size());
  std::vector<flowline_region> regions(64);
  long defective = 0;
  std::printf("%s, %ld frames of %lld x %lld\nresident MiB:", session.description().c_str(), frames,
              static_cast<long long>(width), static_cast<long long>(height));
  for (long i = 0; i < frames; ++i) {
    std::vector<char>& of = pixels[static_cast<size_t>(i) % pixels.size()];
    flowline_frame frame = {};
    frame.struct_size = sizeof frame;
    frame.format = FLOWLINE_FRAME_RGB8;
    frame.data = of.data();
    frame.width = width;
    frame.height = height;
    flowline_judgement judgement = {};
    judgement.struct_size = sizeof judgement;
    judgement.regions = regions.data();
    judgement.capacity = static_cast<int64_t>(regions.size());

    auto begin = std::chrono::steady_clock::now();
    check(flowline_model_inspect(context, model, &frame, 1, &judgement));
    const auto at = static_cast<size_t>(i);
    whole.milliseconds[at] = milliseconds_of(begin);
    const flowline_verdict verdict = judgement.verdict;
    defective += verdict == FLOWLINE_DEFECT;

    begin = std::chrono::steady_clock::now();
    check(flowline_preprocess(context, &frame, 1, &input, buffers->input.data()));
    double others = milliseconds_of(begin);
    begin = std::chrono::steady_clock::now();
    session.run(*buffers, 1);
    engine.milliseconds[at] = milliseconds_of(begin);
    for (size_t scale = 0; scale < buffers->latents.size(); ++scale) {
      const flowline::Manifest::Scale& shape = model->manifest().latents[scale];
      flowline_tensor tensor = {};
      tensor.struct_size = sizeof tensor;
      tensor.type = FLOWLINE_FLOAT32;
      tensor.data = buffers->latents[scale].data();
      tensor.batch = 1;
      tensor.channels = shape.channels;
      tensor.height = shape.height;
      tensor.width = shape.width;
      latents[scale] = tensor;
    }
    begin = std::chrono::steady_clock::now();
    check(flowline_judge(context, judge, latents.data(), static_cast<int32_t>(latents.size()),
                         &frame, &judgement));
    rest.milliseconds[at] = others + milliseconds_of(begin);
    if (judgement.verdict != verdict) return std::fputs("\nother verdicts\n", stderr), 1;
    more.milliseconds[at] = whole.milliseconds[at] - engine.milliseconds[at];
    if ((i + 1) % std::max(1L, frames / 20) == 0) {
      std::printf(" %.1f", resident());
      std::fflush(stdout);
    }
  }
  std::printf("\n%ld of %ld are DEFECT\nmilliseconds              median  99th pct       max\n",
              defective, frames);
  for (Times* times : {&whole, &engine, &more, &rest}) times->print();
  flowline_model_close(judge);
  flowline_model_close(model);
  flowline_context_destroy(context);
}
