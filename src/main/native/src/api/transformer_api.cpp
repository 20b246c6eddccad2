#include "api/bytes.hpp"
#include "api/context.hpp"
#include "api/footprint.hpp"
#include "api/layer_checks.hpp"
#include "api/struct_versions.hpp"
#include "checks/argument_checks.hpp"
#include "checks/status.hpp"

using namespace flowline;

namespace {

// Host memory that can be: its size fits the processor's addresses.
int64_t held(const Name& name, int64_t elements, int64_t times) {
  if (times > 0 && elements > MOST_BYTES / bytes_of<float>(times)) {
    invalid(name.text() + " has more elements than memory can hold");
  }
  return bytes_of<float>(elements * times);
}

flowline_attention attention_of(const flowline_attention* attention) {
  const Name name = "attention";
  const flowline_attention known = known_part(attention, name);
  require_finite_value(name.member("scale"), known.scale);
  require_between(name.member("batch"), known.batch, 1, MOST_IMAGES);
  require_between(name.member("tokens"), known.tokens, 1, MOST_TOKENS);
  require_between(name.member("heads"), known.heads, 1, MOST_HEADS);
  require_between(name.member("head_channels"), known.head_channels, MOST_LANES,
                  MOST_LAYER_CHANNELS);
  if (known.head_channels % MOST_LANES != 0) {
    invalid("attention.head_channels must be a multiple of " + std::to_string(MOST_LANES) +
            ", got " + std::to_string(known.head_channels));
  }
  const int64_t channels = known.heads * known.head_channels;
  require_between(name.member("token_stride"), known.token_stride, channels, MOST_BYTES);
  require_between(name.member("batch_stride"), known.batch_stride, 0, MOST_BYTES);
  require_pointer(name.member("queries"), known.queries, alignof(float));
  require_pointer(name.member("keys"), known.keys, alignof(float));
  require_pointer(name.member("values"), known.values, alignof(float));
  require_aligned(name.member("mix_scores"), known.mix_scores, alignof(float));
  require_aligned(name.member("mix_shares"), known.mix_shares, alignof(float));
  require_aligned(name.member("share_bias"), known.share_bias, alignof(float));
  return known;
}

// Of queries, keys or values, from the first element to the last.
int64_t extent(const Name& name, const flowline_attention& of) {
  return held(name, of.batch_stride, of.batch - 1) + held(name, of.token_stride, of.tokens - 1) +
         bytes_of<float>(of.heads * of.head_channels);
}

}  // namespace

flowline_status flowline_linear(flowline_context* context, int64_t rows, int64_t inputs,
                                int64_t outputs, const float* input, const float* weights,
                                const float* bias, float* output) {
  return translate(context, [&] {
    require_cpu(*context);
    require_between("rows", rows, 0, MOST_ROWS);
    require_between("inputs", inputs, 1, MOST_LAYER_CHANNELS);
    require_between("outputs", outputs, MOST_LANES, MOST_LAYER_CHANNELS);
    require_pointer("input", input, alignof(float));
    require_pointer("weights", weights, alignof(float));
    require_aligned("bias", bias, alignof(float));
    require_pointer("output", output, alignof(float));
    Footprint memory;
    memory.read("input", input, bytes_of<float>(rows * inputs));
    memory.read("weights", weights, bytes_of<float>(outputs * inputs));
    memory.read("bias", bias, bytes_of<float>(outputs));
    memory.write("output", output, bytes_of<float>(rows * outputs));
    if (rows == 0) return;
    const Linear linear = {rows, inputs, outputs, input, weights, bias, output};
    linear.run(context->kernels, context->backend->workers(), context->layers.linear);
  });
}

flowline_status flowline_attention_forward(flowline_context* context,
                                           const flowline_attention* attention, float* output) {
  return translate(context, [&] {
    require_cpu(*context);
    const flowline_attention of = attention_of(attention);
    require_pointer("output", output, alignof(float));
    const Name name = "attention";
    const int64_t channels = of.heads * of.head_channels, heads = of.heads;
    Footprint memory;
    memory.read(name.member("queries"), of.queries, extent(name.member("queries"), of));
    memory.read(name.member("keys"), of.keys, extent(name.member("keys"), of));
    memory.read(name.member("values"), of.values, extent(name.member("values"), of));
    memory.read(name.member("mix_scores"), of.mix_scores, bytes_of<float>(heads * heads));
    memory.read(name.member("mix_shares"), of.mix_shares, bytes_of<float>(heads * heads));
    memory.read(name.member("share_bias"), of.share_bias, bytes_of<float>(heads));
    memory.write("output", output, held("output", of.tokens * channels, of.batch));
    const Attention computed(context->kernels, of);
    for (int64_t image = 0; image < of.batch; image++) {
      computed.run(image, output + image * of.tokens * channels, context->backend->workers(),
                   context->layers.attention);
    }
  });
}
