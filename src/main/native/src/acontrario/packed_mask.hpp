#ifndef FLOWLINE_ACONTRARIO_PACKED_MASK_HPP
#define FLOWLINE_ACONTRARIO_PACKED_MASK_HPP

#include <cstdint>

namespace flowline {

/// Words of one mask, a bit for each pixel.
inline int64_t words_of_mask(int64_t pixels) { return (pixels + 31) / 32; }

/// Packs a mask into words_of_mask(pixels) words: bit i % 32 of word i / 32 is whether pixel i is
/// ignored; those beyond the last pixel are 0.
inline void pack_mask(const uint8_t* mask, int64_t pixels, uint32_t* words) {
  for (int64_t first = 0; first < pixels; first += 32) {
    const int64_t count = pixels - first < 32 ? pixels - first : 32;
    uint32_t word = 0;
    for (int64_t i = 0; i < count; i++) {
      word |= static_cast<uint32_t>(mask[first + i] != 0) << i;
    }
    words[first / 32] = word;
  }
}

}  // namespace flowline
#endif
