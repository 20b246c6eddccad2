#include "api/bytes.hpp"
#include "api/checked_frame.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/struct_versions.hpp"
#include "checks/argument_checks.hpp"

using namespace flowline;

namespace {

Frame frame_at(const flowline_frame* frames, int64_t index) {
  const Name name("frames", index);
  return frame_of(element_of(frames, index, name), name);
}

}  // namespace

flowline_status flowline_preprocess(flowline_context* context, const flowline_frame* frames,
                                    int64_t count, const flowline_preprocessing* preprocessing,
                                    float* input) {
  return translate(context, [&] {
    require_pointer("frames", frames, alignof(flowline_frame));
    require_between("count", count, 1, MOST_IMAGES);
    const NetworkInput to = network_input_of(preprocessing);
    require_pointer("input", input, alignof(float));
    const int64_t floats = to.floats();
    require_between("count", count, 1, MOST_BYTES / bytes_of<float>(floats));
    for (int64_t i = 0; i < count; i++) {
      const Frame frame = frame_at(frames, i);
      Footprint memory;
      memory.read(Name("frames", i).member("data"), frame.data, frame.extent());
      memory.write("input", input, count * bytes_of<float>(floats));
    }
    for (int64_t i = 0; i < count; i++) {
      context->backend->preprocess(frame_at(frames, i), to, input + i * floats);
    }
  });
}
