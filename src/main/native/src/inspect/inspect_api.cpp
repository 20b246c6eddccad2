#include <algorithm>
#include <cfloat>
#include <cstring>
#include <ctime>

#include "api/tensor_shape.hpp"
#include "call/tensor_extent.hpp"
#include "inspect/libflowline.hpp"
#include "inspect/model.hpp"

using namespace flowline;

namespace {

constexpr int32_t MOST_THREADS = 1024, MOST_BATCH = 1024, MOST_SCALES_OF_A_CALL = 64;
constexpr int64_t MOST_FRAMES = int64_t{1} << 30;
constexpr int64_t MOST_SCORES = int64_t{1} << 24;

flowline_model_options options_of(const flowline_model_options* options) {
  if (options == nullptr) return FLOWLINE_MODEL_OPTIONS_DEFAULT;
  const flowline_model_options known = known_part(options, "options");
  require_between("options.engine", known.engine, 0, FLOWLINE_ENGINE_NONE);
  require_between("options.threads", known.threads, 0, MOST_THREADS);
  require_between("options.batch", known.batch, 0, MOST_BATCH);
  require_between("options.device_index", known.device_index, 0, INT32_MAX);
  require_between("options.reserved", known.reserved, 0, 0);
  return known;
}

void require_on_cpu(flowline_context* context) {
  require_pointer("context", context, 1);
  const char* const where = flowline_context_description(context);
  if (std::strncmp(where, "CPU", 3) != 0) {
    throw Error(FLOWLINE_UNSUPPORTED, std::string("context must be one on the CPU, got ") + where);
  }
}

/// Checks all judgements before any is written, and says of each that nothing is known yet.
void begin(flowline_judgement* judgements, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    const Name name("judgements", i);
    const flowline_judgement known = known_part(element_of(judgements, i, name), name);
    require_between(name.member("capacity"), known.capacity, 0, INT64_MAX / 64);
    if (known.capacity > 0) {
      require_pointer(name.member("regions"), known.regions, alignof(flowline_region));
    }
  }
  for (int64_t i = 0; i < count; i++) {
    auto* const judgement =
        const_cast<flowline_judgement*>(element_of(judgements, i, Name("judgements", i)));
    judgement->verdict = FLOWLINE_NOT_INSPECTED;
    judgement->min_log10_nfa = FLT_MAX;
    judgement->region_count = 0;
  }
}

/// The caller's latents in this library's form, checked as one batch: a stride that was forgotten
/// cannot be seen in its images one by one.
flowline_tensor batch_of(const flowline_tensor* latents, int32_t scale) {
  const Name name("latents", scale);
  flowline_tensor tensor = tensor_of(element_of(latents, scale, name), name);
  // The form of today, which says what that of the caller means.
  if (is_older(tensor, offsetof(flowline_tensor, flags))) tensor.flags = FLOWLINE_TENSOR_BROADCAST;
  tensor.struct_size = sizeof tensor;
  return tensor;
}

/// The tensor of one image of a batch.
flowline_tensor image_of(const flowline_tensor& batch, int64_t image) {
  flowline_tensor one = batch;
  const int64_t elements = image * batch.batch_stride;
  one.data = static_cast<const char*>(batch.data) + elements * size_of_element(batch.type);
  one.batch = 1;
  return one;
}

/// The time, "2026-11-30T15:49:02Z".
std::string now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace

flowline_status flowline_model_open(const char* path, const flowline_model_options* options,
                                    flowline_model** model) {
  return translate([&] {
    require_pointer("model", model, alignof(flowline_model*));
    *model = nullptr;
    *model = new flowline_model(path, options_of(options));
  });
}

void flowline_model_close(flowline_model* model) { delete model; }

const char* flowline_model_description(const flowline_model* model) {
  return model == nullptr ? "" : model->description().c_str();
}

flowline_status flowline_model_preprocessing(const flowline_model* model,
                                             flowline_preprocessing* preprocessing) {
  return translate([&] {
    require_pointer("model", model, alignof(flowline_model));
    flowline_preprocessing known = known_part(preprocessing, "preprocessing");
    const uint32_t size = known.struct_size;
    known = model->manifest().input;
    known.struct_size = size;
    std::memcpy(preprocessing, &known, std::min<size_t>(size, sizeof known));
  });
}

flowline_status flowline_judge(flowline_context* context, const flowline_model* model,
                               const flowline_tensor* latents, int32_t scales,
                               const flowline_frame* frames, flowline_judgement* judgements) {
  return translate([&] {
    require_on_cpu(context);
    require_pointer("model", model, alignof(flowline_model));
    require_between("scales", scales, 1, MOST_SCALES_OF_A_CALL);
    flowline_tensor tensors[MOST_SCALES_OF_A_CALL];
    for (int32_t i = 0; i < scales; i++) tensors[i] = batch_of(latents, i);
    const FileTest& test = model->test();
    const int64_t images = test.require_latents(tensors, scales);
    begin(judgements, images);
    for (int64_t i = 0; frames != nullptr && i < images; i++) part_of(frames, i);
    for (int64_t i = 0; i < images; i++) {
      flowline_tensor of_image[MOST_SCALES_OF_A_CALL];
      for (int32_t scale = 0; scale < scales; scale++)
        of_image[scale] = image_of(tensors[scale], i);
      const FramePart whole = {0, 0, test.width(), test.height()};
      judge_into(test, context, of_image, frames == nullptr ? whole : part_of(frames, i), nullptr,
                 nullptr,
                 const_cast<flowline_judgement*>(element_of(judgements, i, Name("judgements", i))));
    }
  });
}

flowline_status flowline_model_inspect(flowline_context* context, const flowline_model* model,
                                       const flowline_frame* frames, int64_t count,
                                       flowline_judgement* judgements) {
  return translate([&] {
    require_on_cpu(context);
    require_pointer("model", model, alignof(flowline_model));
    require_between("count", count, 1, MOST_FRAMES);
    if (!model->has_engine()) {
      invalid("model was opened without an engine: give its latents to flowline_judge");
    }
    begin(judgements, count);
    for (int64_t i = 0; i < count; i++) part_of(frames, i);
    model->inspect(context, frames, count, judgements);
  });
}

flowline_status flowline_model_recalibrate(flowline_model* model, const float* min_log10_nfa,
                                           int64_t images, double rate, double confidence) {
  return translate([&] {
    require_pointer("model", model, alignof(flowline_model));
    require_between("images", images, 1, MOST_SCORES);
    NewThreshold threshold{};
    require_ok(flowline_log10_epsilon(min_log10_nfa, images, rate, confidence,
                                      &threshold.log10_epsilon, &threshold.promised));
    threshold.scores.assign(min_log10_nfa, min_log10_nfa + images);
    threshold.rate = rate;
    threshold.confidence = confidence;
    threshold.set_at = now();
    model->recalibrate(threshold);
  });
}

flowline_status flowline_model_save(const flowline_model* model, const char* path) {
  return translate([&] {
    require_pointer("model", model, alignof(flowline_model));
    require_pointer("path", path, 1);
    model->save(path);
  });
}
