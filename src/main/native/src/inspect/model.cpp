#include "inspect/model.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "inspect/libflowline.hpp"
#include "inspect/onnx_file.hpp"
#include "inspect/replaced_file.hpp"

namespace flowline {
namespace {

constexpr size_t MOST_SCALES_OF_A_FILE = 64;

/// The text of the metadata's entry of the manifest.
std::string manifest_text(FileBytes& file, const OnnxMetadata& metadata) {
  const OnnxMetadata::Entry* entry = metadata.find(Manifest::KEY);
  if (entry == nullptr) {
    file.fail("says nothing of a model: it is no file of `flowline export`");
  }
  std::string text(entry->value.bytes, '\0');
  file.read(entry->value, text.data());
  return text;
}

void require_golden_images(FileBytes& file, const OnnxMetadata& metadata,
                           const Manifest& manifest) {
  for (const std::string& key : manifest.golden_entries) {
    const OnnxMetadata::Entry* entry = metadata.find(key);
    if (entry == nullptr) file.fail("lacks the golden image " + key.substr(0, 60));
    if (!is_png_in_base64(file, entry->value)) {
      file.fail("has a golden image that is no PNG in Base64: " + key.substr(0, 60));
    }
  }
}

/// Makes something of a file's contents; errors begin with its path.
template <class Body>
auto of_file(const std::string& path, Body&& body) {
  try {
    return body();
  } catch (const Error& error) {
    throw Error(error.status(), path + ": " + error.what());
  }
}

/// Reads what a file says beside its network.
Manifest manifest_in(const std::string& path) {
  FileBytes file(path);
  const OnnxMetadata metadata = metadata_of(file);
  std::string text = manifest_text(file, metadata);
  Manifest manifest = of_file(path, [&] { return manifest_of(std::move(text), file.size()); });
  require_golden_images(file, metadata, manifest);
  return manifest;
}

/// libflowline's message about "frames[i]" of those from `first` on, as one about all of them.
std::string among_all(const std::string& message, int64_t first) {
  constexpr char ARRAY[] = "frames[";
  constexpr size_t BEGIN = sizeof ARRAY - 1;
  if (message.compare(0, BEGIN, ARRAY) != 0) return message;
  const size_t end = message.find(']');
  const int64_t index = std::stoll(message.substr(BEGIN, end - BEGIN));
  return ARRAY + std::to_string(first + index) + message.substr(end);
}

const char* path_of(const char* path) {
  require_pointer("path", path, 1);
  return path;
}

}  // namespace

FramePart part_of(const flowline_frame* frames, int64_t index) {
  constexpr int64_t LONGEST = 1 << 20;
  const Name name("frames", index);
  const flowline_frame frame = known_part(element_of(frames, index, name), name);
  require_between(name.member("height"), frame.height, 1, LONGEST);
  require_between(name.member("width"), frame.width, 1, LONGEST);
  if (frame.crop_x == 0 && frame.crop_y == 0 && frame.crop_width == 0 && frame.crop_height == 0) {
    return {0, 0, frame.width, frame.height};
  }
  require_between(name.member("crop_x"), frame.crop_x, 0, frame.width - 1);
  require_between(name.member("crop_y"), frame.crop_y, 0, frame.height - 1);
  require_between(name.member("crop_width"), frame.crop_width, 1, frame.width - frame.crop_x);
  require_between(name.member("crop_height"), frame.crop_height, 1, frame.height - frame.crop_y);
  return {frame.crop_x, frame.crop_y, frame.crop_width, frame.crop_height};
}

void judge_into(const FileTest& test, flowline_context* context, const flowline_tensor* latents,
                const FramePart& part, const float* map, const float* score,
                flowline_judgement* judgement) {
  flowline_judgement known{};
  std::memcpy(&known, judgement, std::min<size_t>(judgement->struct_size, sizeof known));
  known.anomaly_score = std::numeric_limits<float>::quiet_NaN();
  test.judge(context, latents, part, &known);
  if (score != nullptr) known.anomaly_score = *score;
  if (map != nullptr && known.anomaly_map != nullptr) {
    std::copy_n(map, test.height() * test.width(), known.anomaly_map);
  }
  std::memcpy(judgement, &known, std::min<size_t>(judgement->struct_size, sizeof known));
}

}  // namespace flowline

using namespace flowline;

flowline_model::flowline_model(const char* path, const flowline_model_options& options)
    : path_(path_of(path)),
      batch_(std::max(1, options.batch)),
      manifest_(manifest_in(path_)),
      test_(of_file(path_, [&] { return std::make_unique<FileTest>(manifest_); })) {
  if (options.engine == FLOWLINE_ENGINE_ONNXRUNTIME) {
    session_ = std::make_unique<OnnxSession>(path_, manifest_, options);
  }
  description_ = description_of(manifest_, session_ ? session_->description() : "none");
}

void flowline_model::inspect(flowline_context* context, const flowline_frame* frames, int64_t count,
                             flowline_judgement* judgements) const {
  std::unique_ptr<EngineBuffers> buffers = pool_.take([&] { return session_->buffers(); });
  for (int64_t first = 0; first < count; first += batch_) {
    const flowline_frame* const some = element_of(frames, first, Name("frames", first));
    const int64_t images = std::min(batch_, count - first);
    const flowline_status status =
        flowline_preprocess(context, some, images, &manifest_.input, buffers->input.data());
    if (status != FLOWLINE_OK) throw Error(status, among_all(flowline_last_error(), first));
    encode_and_judge(
        context, *buffers, some, images,
        const_cast<flowline_judgement*>(element_of(judgements, first, Name("judgements", first))));
  }
  pool_.give_back(std::move(buffers));
}

void flowline_model::encode_and_judge(flowline_context* context, EngineBuffers& buffers,
                                      const flowline_frame* frames, int64_t count,
                                      flowline_judgement* judgements) const {
  session_->run(buffers, count);
  for (int64_t i = 0; i < count; i++) {
    std::array<flowline_tensor, MOST_SCALES_OF_A_FILE> latents{};
    for (size_t scale = 0; scale < manifest_.latents.size(); scale++) {
      const Manifest::Scale& is = manifest_.latents[scale];
      flowline_tensor& latent = latents[scale];
      latent.struct_size = sizeof latent;
      latent.data = buffers.latents[scale].data() + i * is.channels * is.height * is.width;
      latent.batch = 1;
      latent.channels = is.channels;
      latent.height = is.height;
      latent.width = is.width;
    }
    const bool own = !buffers.scores.empty();
    judge_into(*test_, context, latents.data(), part_of(frames, i),
               own ? buffers.maps.data() + i * test_->height() * test_->width() : nullptr,
               own ? buffers.scores.data() + i : nullptr,
               const_cast<flowline_judgement*>(element_of(judgements, i, Name("judgements", i))));
  }
}

void flowline_model::recalibrate(const NewThreshold& threshold) {
  Manifest changed = manifest_of(with_threshold(manifest_, threshold), UINT64_MAX / 16);
  std::string description = description_of(changed, session_ ? session_->description() : "none");
  test_->set_threshold(changed);
  manifest_ = std::move(changed);
  description_ = std::move(description);
}

void flowline_model::save(const std::string& path) const {
  FileBytes file(path_);
  const OnnxMetadata metadata = metadata_of(file);
  ReplacedFile written(path);
  uint64_t at = 0;
  for (const OnnxMetadata::Entry& entry : metadata.entries) {
    const bool is_golden = entry.key.compare(0, 16, "flowline.golden.") == 0;
    const auto& kept = manifest_.golden_entries;
    const bool stays = entry.key != Manifest::KEY &&
                       (!is_golden || std::find(kept.begin(), kept.end(), entry.key) != kept.end());
    if (stays) continue;
    written.copy(file, {at, entry.field.offset - at});
    at = entry.field.offset + entry.field.bytes;
  }
  written.copy(file, {at, file.size() - at});
  written.write(metadata_field(Manifest::KEY, manifest_.json));
  written.commit();
}
