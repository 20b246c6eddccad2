#ifndef FLOWLINE_CUDA_ENERGY_KERNEL_HPP
#define FLOWLINE_CUDA_ENERGY_KERNEL_HPP

#include <cfloat>
#include <cstdint>

#include "checks/limits.hpp"
#include "cuda/atomics.hpp"
#include "flowline/flowline.h"
#include "math/exponential.hpp"
#include "math/short_floats.hpp"

namespace flowline {

/// One scale of a batch, from its latents to its energies.
struct EnergyScale {
  const void* data;
  int32_t type;    ///< FLOWLINE_FLOAT32, FLOAT16 or BFLOAT16
  int32_t vector;  ///< pixels that one load brings: 4 or, of the short types, 8; 1 for any strides
  int64_t channels, pixels, width;
  int64_t batch_stride, channel_stride, row_stride, column_stride;
  int64_t first_block;   ///< of all its images' blocks
  int32_t blocks;        ///< of an image
  int32_t runs_at_once;  ///< 1, 2, 4, 8 or 16: runs of channels that a block sums side by side
  float* energy;         ///< (pixels) of the first image
  float* likelihood;     ///< likewise e^(-0.5 energy / channels); nullptr if it is not wanted
  int64_t image_stride;  ///< of energy and likelihood
};

/// Sums z squared over the channels, of every scale and image of a call in one launch: float32,
/// runs of 64 channels in ascending order, then the runs' sums in ascending order. Different runs
/// are different threads' work.
struct EnergyKernel {
  static constexpr int32_t THREADS = 256;
  static constexpr int32_t BLOCKS_AT_LEAST = 4;
  static constexpr int32_t RUN = 64;
  static constexpr int32_t MOST_AT_ONCE = 16;

  EnergyScale scale[MOST_SCALES];
  int32_t scales;
  uint32_t* not_finite;  ///< by image, set where an energy is NaN or infinite; may be nullptr

  /// A block's shared memory: the sums so far, and those of the runs at hand.
  static constexpr int64_t SHARED = 2 * THREADS * 8 * sizeof(float);

  /// Pixels of one block of a scale.
  static int32_t pixels_of_block(int32_t vector, int32_t runs_at_once) {
    return THREADS / runs_at_once * vector;
  }

  template <class Team>
  FLOWLINE_DEVICE void operator()(const Team& team, int64_t block, char* shared) const {
    int32_t s = scales - 1;
    while (block < scale[s].first_block) s--;
    const EnergyScale& of = scale[s];
    const int64_t image = (block - of.first_block) / of.blocks;
    const int64_t tile = (block - of.first_block) % of.blocks;
    float* const sum = reinterpret_cast<float*>(shared);
    if (of.type == FLOWLINE_FLOAT32) {
      of.vector == 4 ? sum_tile<float, 4>(team, of, image, tile, sum)
                     : sum_tile<float, 1>(team, of, image, tile, sum);
    } else if (of.type == FLOWLINE_FLOAT16) {
      sum_short<Half>(team, of, image, tile, sum);
    } else {
      sum_short<Bfloat>(team, of, image, tile, sum);
    }
  }

 private:
  template <class Element, int32_t VECTOR>
  struct alignas(sizeof(Element) * VECTOR) Vector {
    Element element[VECTOR];
  };

  struct Half {
    uint16_t bits;
  };
  struct Bfloat {
    uint16_t bits;
  };

  FLOWLINE_DEVICE static float as_float(float value) { return value; }
  FLOWLINE_DEVICE static float as_float(Half value) { return float_of_half(value.bits); }
  FLOWLINE_DEVICE static float as_float(Bfloat value) { return float_of_bfloat(value.bits); }

  template <class Element, class Team>
  FLOWLINE_DEVICE void sum_short(const Team& team, const EnergyScale& of, int64_t image,
                                 int64_t tile, float* sum) const {
    if (of.vector == 8) {
      sum_tile<Element, 8>(team, of, image, tile, sum);
    } else {
      of.vector == 4 ? sum_tile<Element, 4>(team, of, image, tile, sum)
                     : sum_tile<Element, 1>(team, of, image, tile, sum);
    }
  }

  /// Channels [begin, end) of VECTOR pixels, the first at z.
  template <class Element, int32_t VECTOR>
  FLOWLINE_DEVICE static void sum_run(const Element* z, int64_t stride, int64_t channels,
                                      float* sum) {
    using Loaded = Vector<Element, VECTOR>;
    constexpr int32_t AHEAD = 8;  // loads on their way at once
    for (int32_t v = 0; v < VECTOR; v++) sum[v] = 0.0f;
    int64_t c = 0;
    for (; c + AHEAD <= channels; c += AHEAD) {
      Loaded loaded[AHEAD];
      for (int32_t k = 0; k < AHEAD; k++) {
        loaded[k] = *reinterpret_cast<const Loaded*>(z + (c + k) * stride);
      }
      for (int32_t k = 0; k < AHEAD; k++) add<Element, VECTOR>(loaded[k], sum);
    }
    for (; c < channels; c++) {
      add<Element, VECTOR>(*reinterpret_cast<const Loaded*>(z + c * stride), sum);
    }
  }

  template <class Element, int32_t VECTOR>
  FLOWLINE_DEVICE static void add(const Vector<Element, VECTOR>& loaded, float* sum) {
    for (int32_t v = 0; v < VECTOR; v++) {
      const float value = as_float(loaded.element[v]);
      sum[v] += value * value;
    }
  }

  template <class Element, int32_t VECTOR, class Team>
  FLOWLINE_DEVICE void sum_tile(const Team& team, const EnergyScale& of, int64_t image,
                                int64_t tile, float* sum) const {
    const int32_t at_once = of.runs_at_once;
    const int32_t lanes = THREADS / at_once;
    const int32_t tile_pixels = lanes * VECTOR;
    const int64_t first = tile * tile_pixels;
    const int32_t pixels =
        static_cast<int32_t>(of.pixels - first < tile_pixels ? of.pixels - first : tile_pixels);
    float* const run_sum = sum + tile_pixels;
    const Element* const z = static_cast<const Element*>(of.data) + image * of.batch_stride;
    const int64_t runs = (of.channels - 1) / RUN + 1;
    for (int64_t done = 0; done < runs; done += at_once) {
      team.each(THREADS, [&](int32_t thread) {
        const int64_t begin = (done + thread / lanes) * RUN;
        const int32_t pixel = thread % lanes * VECTOR;
        if (begin >= of.channels || pixel >= pixels) return;
        const int64_t channels = of.channels - begin < RUN ? of.channels - begin : RUN;
        const int64_t at = first + pixel;
        const int64_t offset =
            VECTOR > 1 ? at : at / of.width * of.row_stride + at % of.width * of.column_stride;
        float mine[VECTOR];
        sum_run<Element, VECTOR>(z + begin * of.channel_stride + offset, of.channel_stride,
                                 channels, mine);
        float* const to = run_sum + thread / lanes * tile_pixels + pixel;
        for (int32_t v = 0; v < VECTOR; v++) to[v] = mine[v];
      });
      const int32_t here = static_cast<int32_t>(runs - done < at_once ? runs - done : at_once);
      const bool last = done + here == runs;
      team.each(pixels, [&](int32_t pixel) {
        float total = done == 0 ? 0.0f : sum[pixel];
        for (int32_t run = 0; run < here; run++) total += run_sum[run * tile_pixels + pixel];
        sum[pixel] = total;
        if (last) put(of, image, first + pixel, total);
      });
    }
  }

  FLOWLINE_DEVICE void put(const EnergyScale& of, int64_t image, int64_t pixel,
                           float energy) const {
    const int64_t at = image * of.image_stride + pixel;
    of.energy[at] = energy;
    if (of.likelihood != nullptr) {
      of.likelihood[at] = exponential(-0.5f * energy / static_cast<float>(of.channels));
    }
    if (not_finite != nullptr && !(energy <= FLT_MAX)) atomic::store(not_finite + image, 1u);
  }
};

}  // namespace flowline
#endif
