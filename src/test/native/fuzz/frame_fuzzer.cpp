// flowline_preprocess: every member of its structures; results against a plain program.
#include <algorithm>
#include <cmath>
#include <vector>

#include "input.hpp"
#include "plain/plain_preprocess.hpp"

namespace {

constexpr int64_t LONGEST_FRAME_SIDE = int64_t{1} << 20, LONGEST_INPUT_SIDE = int64_t{1} << 16;
constexpr int64_t MOST_HELD = 1 << 14;  // bytes of a frame, floats of an input
constexpr int64_t PIXEL_BYTES[] = {0, 1, 2, 3, 3, 4, 4, 1, 1, 1, 1, 6};

bool in(int64_t value, int64_t low, int64_t high) { return value >= low && value <= high; }

bool is_known(int32_t format) { return in(format, 1, FLOWLINE_FRAME_RGB16); }

bool is_deep(int32_t format) { return PIXEL_BYTES[format] == 2 || PIXEL_BYTES[format] == 6; }

int64_t least_side(int32_t format) {
  return in(format, FLOWLINE_FRAME_BAYER_RGGB8, FLOWLINE_FRAME_BAYER_BGGR8) ? 2 : 1;
}

bool is_whole(const flowline_frame& frame) {
  return frame.crop_x == 0 && frame.crop_y == 0 && frame.crop_width == 0 && frame.crop_height == 0;
}

bool is_part(int64_t begin, int64_t length, int64_t side, int64_t least) {
  return in(begin, 0, side - 1) && in(length, least, side - begin);
}

/// What the header says of a frame, its address aside.
bool is_valid(const flowline_frame& frame) {
  if (!is_known(frame.format)) return false;
  const int64_t least = least_side(frame.format), bytes = PIXEL_BYTES[frame.format];
  if (!in(frame.height, least, LONGEST_FRAME_SIDE)) return false;
  if (!in(frame.width, least, LONGEST_FRAME_SIDE)) return false;
  if (frame.row_bytes != 0 && frame.row_bytes < frame.width * bytes) return false;
  if (is_deep(frame.format) && frame.row_bytes % 2 != 0) return false;
  if (frame.bits != 0 && !in(frame.bits, 8, is_deep(frame.format) ? 16 : 8)) return false;
  if (frame.reserved != 0) return false;
  return is_whole(frame) || (is_part(frame.crop_x, frame.crop_width, frame.width, least) &&
                             is_part(frame.crop_y, frame.crop_height, frame.height, least));
}

/// Bytes from the first pixel to the last of a valid frame; more than are held if they are many.
int64_t extent(const flowline_frame& frame) {
  const int64_t bytes = PIXEL_BYTES[frame.format];
  const int64_t row = frame.row_bytes == 0 ? frame.width * bytes : frame.row_bytes;
  if (row > MOST_HELD) return row;
  return (frame.height - 1) * row + frame.width * bytes;
}

flowline_frame random_frame(Input& in) {
  flowline_frame frame{};
  frame.struct_size = sizeof frame;
  frame.format = in.perhaps_wild32(in.among(1, 11));
  const int64_t least = least_side(frame.format);
  frame.height = in.perhaps_wild(in.among(least, 40));
  frame.width = in.perhaps_wild(in.among(least, 40));
  const int64_t bytes = is_known(frame.format) ? PIXEL_BYTES[frame.format] : 1;
  if (in.often() && ::in(frame.width, 1, LONGEST_FRAME_SIDE)) {
    frame.row_bytes = frame.width * bytes + 2 * in.among(0, 8);
  }
  frame.row_bytes = in.perhaps_wild(frame.row_bytes);
  if (in.rarely()) {
    frame.bits = in.perhaps_wild32(in.among(8, 16));
    frame.reserved = in.rarely() ? 1 : 0;
  }
  if (!in.often()) return frame;
  const auto part = [&](int64_t side, int64_t* begin, int64_t* length) {
    if (!::in(side, least, LONGEST_FRAME_SIDE)) return;
    *length = in.among(least, std::min<int64_t>(side, 200));
    *begin = in.among(0, std::min<int64_t>(side - *length, 200));
  };
  part(frame.height, &frame.crop_y, &frame.crop_height);
  part(frame.width, &frame.crop_x, &frame.crop_width);
  frame.crop_x = in.perhaps_wild(frame.crop_x);
  frame.crop_y = in.perhaps_wild(frame.crop_y);
  frame.crop_width = in.perhaps_wild(frame.crop_width);
  frame.crop_height = in.perhaps_wild(frame.crop_height);
  return frame;
}

flowline_preprocessing random_preprocessing(Input& in) {
  flowline_preprocessing to = {sizeof to, 0, 0, 0, {0.5f, 0.4f, 0.3f}, {0.25f, 0.5f, 1.0f}};
  if (in.often()) to.bits = in.perhaps_wild32(in.among(8, 16));
  to.height = in.perhaps_wild(in.among(1, 40));
  to.width = in.perhaps_wild(in.among(1, 40));
  if (in.rarely()) to.mean[in.byte() % 3] = in.bits<float>();
  if (in.rarely()) to.deviation[in.byte() % 3] = in.bits<float>();
  return to;
}

bool is_valid(const flowline_preprocessing& to) {
  for (int c = 0; c < 3; c++) {
    if (!std::isfinite(to.mean[c]) || !std::isfinite(to.deviation[c])) return false;
    if (to.deviation[c] <= 0) return false;
  }
  return (to.bits == 0 || in(to.bits, 8, 16)) && in(to.height, 1, LONGEST_INPUT_SIDE) &&
         in(to.width, 1, LONGEST_INPUT_SIDE) && to.height * to.width <= 1 << 26;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  Verdict verdict;
  const flowline_frame wanted = random_frame(in);
  const flowline_preprocessing wanted_to = random_preprocessing(in);
  const bool valid = is_valid(wanted) && is_valid(wanted_to);
  const bool held =
      valid && extent(wanted) <= MOST_HELD && 3 * wanted_to.height * wanted_to.width <= MOST_HELD;
  // What is not held here is not called with memory that it would run over.
  if (valid && !held) return 0;

  Exact<uint8_t> pixels(held ? extent(wanted) : 1, perhaps_shift(in));
  uint32_t state = in.bits<uint32_t>();
  for (int64_t i = 0; i < pixels.size(); i++) {
    state = state * 1664525u + 1013904223u;
    pixels[i] = static_cast<uint8_t>(state >> 24);
  }
  flowline_frame frame = wanted;
  frame.data = in.rarely() ? nullptr : pixels.get();
  const Given<flowline_frame> given(in, frame, &verdict);
  const Given<flowline_preprocessing> given_to(in, wanted_to, &verdict);
  const int64_t count = in.rarely() && in.often() ? -1 - in.byte() : 1;
  Exact<float> input(held ? 3 * wanted_to.height * wanted_to.width : 1, perhaps_shift(in));
  float* out = in.rarely() ? nullptr : input.get();

  verdict.require(valid && frame.data != nullptr && out != nullptr && input.aligned());
  verdict.require(!given.is_null() && !given_to.is_null() && count == 1);
  if (is_known(frame.format)) {
    verdict.require(!is_deep(frame.format) || reinterpret_cast<uintptr_t>(frame.data) % 2 == 0);
  }
  std::vector<std::vector<float>> results;
  for (flowline_context* context : contexts()) {
    const flowline_status status =
        flowline_preprocess(context, given.get(), count, given_to.get(), out);
    expect(status, verdict);
    if (status == FLOWLINE_OK) results.emplace_back(out, out + input.size());
  }
  if (results.empty() || !verdict.plain()) return 0;
  const std::vector<float> expected = plain_preprocess(plain_image(frame), wanted_to);
  for (const std::vector<float>& result : results) {
    EXPECT(result.size() == expected.size());
    EXPECT(std::memcmp(result.data(), expected.data(), expected.size() * sizeof(float)) == 0);
  }
  return 0;
}
