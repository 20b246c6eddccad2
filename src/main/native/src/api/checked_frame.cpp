#include "api/checked_frame.hpp"

#include "api/struct_versions.hpp"
#include "checks/status.hpp"

namespace flowline {
namespace {

constexpr int64_t LONGEST_FRAME_SIDE = int64_t{1} << 20;
constexpr int64_t LONGEST_INPUT_SIDE = int64_t{1} << 16;
constexpr int64_t MOST_INPUT_PIXELS = int64_t{1} << 26;

/// Checks a range of the part against the frame.
void require_part(const Name& begin_name, int64_t begin, const Name& length_name, int64_t length,
                  int64_t least, int64_t side) {
  require_between(begin_name, begin, 0, side - 1);
  if (side - begin < least) {
    invalid(begin_name.text() + " must leave " + std::to_string(least) + " pixels, got " +
            std::to_string(begin) + " of " + std::to_string(side));
  }
  require_between(length_name, length, least, side - begin);
}

}  // namespace

Frame frame_of(const flowline_frame* frame, const Name& name) {
  flowline_frame known = known_part(frame, name);
  require_between(name.member("format"), known.format, FLOWLINE_FRAME_GRAY8, FLOWLINE_FRAME_RGB16);
  const PixelFormat* const format = pixel_format(known.format);
  const int64_t sample = format->bits / 8;
  require_pointer(name.member("data"), known.data, static_cast<size_t>(sample));
  const int64_t least = format->is_bayer() ? 2 : 1;
  require_between(name.member("height"), known.height, least, LONGEST_FRAME_SIDE);
  require_between(name.member("width"), known.width, least, LONGEST_FRAME_SIDE);
  const int64_t pixels = known.width * format->bytes;
  if (known.row_bytes == 0) known.row_bytes = pixels;
  require_between(name.member("row_bytes"), known.row_bytes, pixels, MOST_BYTES / known.height);
  if (known.row_bytes % sample != 0) {
    invalid(name.member("row_bytes").text() + " must be a multiple of " + std::to_string(sample) +
            ", got " + std::to_string(known.row_bytes));
  }
  if (known.crop_x == 0 && known.crop_y == 0 && known.crop_width == 0 && known.crop_height == 0) {
    known.crop_width = known.width;
    known.crop_height = known.height;
  }
  require_part(name.member("crop_x"), known.crop_x, name.member("crop_width"), known.crop_width,
               least, known.width);
  require_part(name.member("crop_y"), known.crop_y, name.member("crop_height"), known.crop_height,
               least, known.height);
  if (known.bits != 0) require_between(name.member("bits"), known.bits, 8, format->bits);
  require_between(name.member("reserved"), known.reserved, 0, 0);
  const int64_t before = known.crop_y * known.row_bytes + known.crop_x * format->bytes;
  const Frame part = {format,
                      static_cast<const uint8_t*>(known.data),
                      known.crop_height,
                      known.crop_width,
                      known.row_bytes,
                      (format->red_row + known.crop_y) % 2,
                      (format->red_column + known.crop_x) % 2,
                      known.bits};
  if (static_cast<uintptr_t>(before + part.extent()) >
      UINTPTR_MAX - reinterpret_cast<uintptr_t>(known.data)) {
    invalid(name.text() + " reaches beyond the end of memory");
  }
  Frame checked = part;
  checked.data += before;
  return checked;
}

NetworkInput network_input_of(const flowline_preprocessing* preprocessing) {
  const Name name = "preprocessing";
  const flowline_preprocessing known = known_part(preprocessing, name);
  if (known.bits != 0) require_between(name.member("bits"), known.bits, 8, 16);
  require_between(name.member("height"), known.height, 1, LONGEST_INPUT_SIDE);
  require_between(name.member("width"), known.width, 1, LONGEST_INPUT_SIDE);
  require_between(name.member("height * width"), known.height * known.width, 1, MOST_INPUT_PIXELS);
  NetworkInput to = {known.height, known.width, known.bits, {}};
  for (int c = 0; c < 3; c++) {
    require_finite_value(Name("preprocessing.mean", c), known.mean[c]);
    require_positive(Name("preprocessing.deviation", c), known.deviation[c]);
    to.normalisation[c] = {known.mean[c], known.deviation[c]};
  }
  return to;
}

}  // namespace flowline
