// A line camera's station: one context and one workspace for the run, latents as the network leaves
// them (half precision, channels last), a region of interest and a mask.
#include <cmath>
#include <cstring>
#include <flowline/flowline.hpp>
#include <iostream>
#include <random>
#include <vector>

namespace {

constexpr int64_t SIDE = 28, CHANNELS = 24, PIXELS = 448;

// What a flow makes of a good image: white noise. In bfloat16, the upper half of a float's bits.
class Network {
 public:
  std::vector<flowline::BFloat16> operator()(bool defect) {
    std::vector<flowline::BFloat16> latent(SIDE * SIDE * CHANNELS);
    for (int64_t i = 0; i < SIDE * SIDE * CHANNELS; i++) {
      const int64_t y = i / CHANNELS / SIDE, x = i / CHANNELS % SIDE;
      const bool here = defect && y >= 12 && y < 15 && x >= 5 && x < 8;
      const float z = normal_(random_) * (here ? 2.5f : 1.0f);
      uint32_t bits;
      std::memcpy(&bits, &z, sizeof bits);
      latent[i] = static_cast<flowline::BFloat16>(bits >> 16);
    }
    return latent;
  }

 private:
  std::mt19937 random_{7};
  std::normal_distribution<float> normal_;
};

}  // namespace

int main() try {
  const flowline::Shape shape = {1, CHANNELS, SIDE, SIDE};
  const flowline::Strides strides = flowline::Strides::channels_last(shape);

  // The conveyor's edges are not of interest, and there is always glare at the right.
  std::vector<uint8_t> glare(PIXELS * PIXELS);
  for (int64_t y = 0; y < PIXELS; y++) {
    for (int64_t x = 400; x < PIXELS; x++) glare[y * PIXELS + x] = 1;
  }
  flowline::SegmentOptions options;
  options.region_of_interest = {0, 48, PIXELS, 352};
  options.ignore = glare;

  flowline::Context context;
  std::cout << "libflowline " << flowline::version() << " on " << context.description() << "\n";
  const double log10_epsilon = 0;  // one false alarm per image of white noise

  Network network;
  for (int part = 0; part < 4; part++) {
    const std::vector<flowline::BFloat16> latent = network(part == 2);
    const flowline::Tensor view(latent.data(), shape, strides);
    const flowline::Inspection inspection =
        context.inspect({view}, PIXELS, PIXELS, log10_epsilon, options)[0];
    std::cout << "part " << part << ": " << flowline::name_of(inspection.verdict) << "\n";
    for (const flowline::Region& region : inspection.regions) {
      std::cout << "  " << region.area << " pixels around " << std::lround(region.centroid_x)
                << ", " << std::lround(region.centroid_y) << ", log10 NFA " << region.log10_nfa
                << "\n";
    }
  }
} catch (const flowline::Error& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
