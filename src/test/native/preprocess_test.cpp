// flowline_preprocess: every format and awkward size, on every instruction set and with several
// threads, to the bit what a plain program and PIL have; wrong arguments.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "check.hpp"
#include "plain/plain_preprocess.hpp"

namespace {

constexpr int32_t FORMATS[] = {
    FLOWLINE_FRAME_GRAY8,       FLOWLINE_FRAME_GRAY16,      FLOWLINE_FRAME_RGB8,
    FLOWLINE_FRAME_BGR8,        FLOWLINE_FRAME_RGBA8,       FLOWLINE_FRAME_BGRA8,
    FLOWLINE_FRAME_BAYER_RGGB8, FLOWLINE_FRAME_BAYER_GRBG8, FLOWLINE_FRAME_BAYER_GBRG8,
    FLOWLINE_FRAME_BAYER_BGGR8, FLOWLINE_FRAME_RGB16};
constexpr int PIXEL_BYTES[] = {0, 1, 2, 3, 3, 4, 4, 1, 1, 1, 1, 6};

bool is_bayer(int32_t format) {
  return format >= FLOWLINE_FRAME_BAYER_RGGB8 && format <= FLOWLINE_FRAME_BAYER_BGGR8;
}

/// Contexts of one and three threads with every instruction set that this machine has.
class Contexts {
 public:
  Contexts() {
    for (int32_t set = FLOWLINE_INSTRUCTION_SET_BASELINE; set <= FLOWLINE_INSTRUCTION_SET_NEON;
         set++) {
      for (int32_t threads : {1, 3}) {
        flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
        options.instruction_set = set;
        options.threads = threads;
        flowline_context* context;
        if (flowline_context_create(&options, &context) == FLOWLINE_OK) all_.push_back(context);
      }
    }
    CHECK(all_.size() >= 2);
  }
  ~Contexts() {
    for (flowline_context* context : all_) flowline_context_destroy(context);
  }
  const std::vector<flowline_context*>& all() const { return all_; }

 private:
  std::vector<flowline_context*> all_;
};

/// Memory that ends where its block does.
struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};
template <class Element>
std::unique_ptr<Element[], FreeMemory> exactly(int64_t count) {
  return std::unique_ptr<Element[], FreeMemory>(
      static_cast<Element*>(std::malloc(static_cast<size_t>(count) * sizeof(Element))));
}

/// A frame of random bytes, with nothing behind its last pixel.
struct RandomFrame {
  std::unique_ptr<uint8_t[], FreeMemory> memory;
  flowline_frame frame;

  RandomFrame(std::mt19937& random, int32_t format, int64_t height, int64_t width, int64_t gap) {
    const int bytes = PIXEL_BYTES[format];
    frame = {sizeof frame, format, nullptr, height, width, width * bytes + gap, 0, 0, 0, 0};
    const int64_t size = (height - 1) * frame.row_bytes + width * bytes;
    memory = exactly<uint8_t>(size);
    const bool extreme = random() % 4 == 0;  // black and white: sums are the largest
    for (int64_t i = 0; i < size; i++) {
      memory[i] = static_cast<uint8_t>(extreme ? (random() % 3 == 0 ? 0 : 255) : random());
    }
    frame.data = memory.get();
    if (gap == 0 && random() % 2 == 0) frame.row_bytes = 0;
  }
};

int64_t between(std::mt19937& random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

flowline_preprocessing random_preprocessing(std::mt19937& random, int64_t height, int64_t width) {
  flowline_preprocessing to = {sizeof to, 0, height, width, {}, {}};
  if (random() % 2 == 0) to.bits = static_cast<int32_t>(between(random, 8, 16));
  for (int c = 0; c < 3; c++) {
    to.mean[c] = static_cast<float>(between(random, -100, 900)) / 1000.0f;
    to.deviation[c] = static_cast<float>(between(random, 1, 900)) / 1000.0f;
  }
  return to;
}

void check_as_plain(const Contexts& contexts, const flowline_frame& frame,
                    const flowline_preprocessing& to) {
  const std::vector<float> expected = plain_preprocess(plain_image(frame), to);
  const int64_t floats = 3 * to.height * to.width;
  for (flowline_context* context : contexts.all()) {
    const auto input = exactly<float>(floats);
    CHECK(flowline_preprocess(context, &frame, 1, &to, input.get()) == FLOWLINE_OK);
    for (int64_t i = 0; i < floats; i++) {
      if (std::memcmp(&input[i], &expected[i], sizeof(float)) == 0) continue;
      std::fprintf(stderr,
                   "%s: format %d, %lld x %lld, part %lld, %lld, %lld x %lld, to %lld x %lld: "
                   "float %lld is %.9g, not %.9g\n",
                   flowline_context_description(context), frame.format,
                   static_cast<long long>(frame.height), static_cast<long long>(frame.width),
                   static_cast<long long>(frame.crop_y), static_cast<long long>(frame.crop_x),
                   static_cast<long long>(frame.crop_height),
                   static_cast<long long>(frame.crop_width), static_cast<long long>(to.height),
                   static_cast<long long>(to.width), static_cast<long long>(i),
                   static_cast<double>(input[i]), static_cast<double>(expected[i]));
      std::exit(1);
    }
  }
}

void random_part(std::mt19937& random, flowline_frame* frame) {
  const int64_t least = is_bayer(frame->format) ? 2 : 1;
  frame->crop_width = between(random, least, frame->width);
  frame->crop_height = between(random, least, frame->height);
  frame->crop_x = random() % 3 == 0 ? frame->width - frame->crop_width
                                    : between(random, 0, frame->width - frame->crop_width);
  frame->crop_y = random() % 3 == 0 ? frame->height - frame->crop_height
                                    : between(random, 0, frame->height - frame->crop_height);
}

int32_t random_bits(std::mt19937& random, int32_t format) {
  const bool deep = PIXEL_BYTES[format] % 4 == 2;
  return deep ? static_cast<int32_t>(between(random, 8, 16)) : 8;
}

void random_frames(const Contexts& contexts, std::mt19937& random, int rounds) {
  for (int round = 0; round < rounds; round++) {
    for (int32_t format : FORMATS) {
      const int64_t least = is_bayer(format) ? 2 : 1;
      const int64_t side = round % 2 == 0 ? 12 : 90;
      const RandomFrame made(random, format, between(random, least, side),
                             between(random, least, side),
                             random() % 2 * 2 * between(random, 0, 9));
      flowline_frame frame = made.frame;
      if (random() % 2 == 0) random_part(random, &frame);
      if (random() % 3 == 0) frame.bits = random_bits(random, format);
      check_as_plain(
          contexts, frame,
          random_preprocessing(random, between(random, 1, side), between(random, 1, side)));
    }
  }
}

void awkward_sizes(const Contexts& contexts, std::mt19937& random) {
  constexpr int64_t SIZES[][4] = {
      {1, 1, 1, 1},     {1, 1, 7, 9},     {1, 300, 5, 4},    {300, 1, 4, 5},     {2, 2, 64, 65},
      {5000, 2, 1, 3},  {2, 5000, 3, 1},  {3, 2448, 2, 448}, {40, 1024, 9, 447}, {448, 33, 448, 33},
      {17, 16, 16, 17}, {16, 15, 5, 130}, {33, 700, 15, 200}};
  for (const auto& [height, width, to_height, to_width] : SIZES) {
    for (int32_t format : FORMATS) {
      if (is_bayer(format) && std::min(height, width) < 2) continue;
      const RandomFrame made(random, format, height, width, 0);
      check_as_plain(contexts, made.frame, random_preprocessing(random, to_height, to_width));
    }
  }
}

/// A frame that is one image beside others gives what it gives alone, whatever came before.
void batches(const Contexts& contexts, std::mt19937& random) {
  std::vector<RandomFrame> made;
  std::vector<flowline_frame> frames;
  for (int32_t format : FORMATS) {
    made.emplace_back(random, format, between(random, 2, 40), between(random, 2, 40), 4);
    frames.push_back(made.back().frame);
  }
  const int64_t count = static_cast<int64_t>(frames.size()), floats = 3 * 19 * 23;
  const flowline_preprocessing to = random_preprocessing(random, 19, 23);
  for (flowline_context* context : contexts.all()) {
    std::vector<float> all(static_cast<size_t>(count * floats)), one(floats);
    CHECK(flowline_preprocess(context, frames.data(), count, &to, all.data()) == FLOWLINE_OK);
    for (int64_t i = 0; i < count; i++) {
      CHECK(flowline_preprocess(context, &frames[i], 1, &to, one.data()) == FLOWLINE_OK);
      CHECK(std::memcmp(one.data(), &all[i * floats], floats * sizeof(float)) == 0);
    }
  }
}

/// Bytes that PIL 12.3 resizes to with Image.BILINEAR.
void as_pil(const Contexts& contexts) {
  uint8_t pixels[5 * 7];
  for (int y = 0; y < 5; y++) {
    for (int x = 0; x < 7; x++) {
      pixels[y * 7 + x] = static_cast<uint8_t>(x * 37 + y * 101 + x * y * 13);
    }
  }
  struct Case {
    int64_t height, width;
    std::vector<int> levels;
  };
  const Case cases[] = {
      {3, 4, {65, 132, 131, 167, 110, 118, 124, 99, 141, 130, 147, 166}},
      {8, 9, {0,   25,  53,  82,  111, 140, 169, 197, 222, 44,  73,  106, 139, 172, 119,
              127, 160, 188, 107, 130, 165, 204, 244, 97,  74,  107, 140, 170, 92,  80,
              125, 171, 155, 85,  53,  92,  154, 81,  75,  109, 99,  151, 105, 79,  124,
              57,  96,  150, 154, 26,  85,  134, 185, 236, 104, 159, 160, 120, 98,  162,
              147, 148, 204, 148, 207, 163, 90,  159, 228, 155, 111, 170}},
      {1, 1, {126}},
      {5, 7, {0,   37, 74, 111, 148, 185, 222, 101, 151, 201, 251, 45,  95, 145, 202, 9,  72, 135,
              198, 5,  68, 47,  123, 199, 19,  95,  171, 247, 148, 237, 70, 159, 248, 81, 170}}};
  const flowline_frame frame = {sizeof frame, FLOWLINE_FRAME_GRAY8, pixels, 5, 7};
  for (const Case& expected : cases) {
    const flowline_preprocessing to = {sizeof to,      0,         expected.height,
                                       expected.width, {0, 0, 0}, {1, 1, 1}};
    const size_t size = expected.levels.size();
    for (flowline_context* context : contexts.all()) {
      std::vector<float> input(3 * size);
      CHECK(flowline_preprocess(context, &frame, 1, &to, input.data()) == FLOWLINE_OK);
      for (size_t i = 0; i < input.size(); i++) {
        CHECK(input[i] == static_cast<float>(expected.levels[i % size]) / 255.0f);
      }
    }
  }
}

/// Orders of colours, alpha, and a pattern of which one colour is bright.
void colours(const Contexts& contexts) {
  const uint8_t rgba[8] = {10, 20, 30, 77, 40, 50, 60, 200}, bgra[8] = {30, 20, 10, 0, 60, 50, 40};
  const uint8_t rggb[4] = {255, 0, 0, 0};
  const flowline_preprocessing to = {sizeof to, 0, 1, 2, {0, 0, 0}, {1, 1, 1}};
  const float expected[] = {10, 40, 20, 50, 30, 60};
  for (flowline_context* context : contexts.all()) {
    for (int blue_first = 0; blue_first < 2; blue_first++) {
      const flowline_frame frame = {sizeof frame,
                                    blue_first ? FLOWLINE_FRAME_BGRA8 : FLOWLINE_FRAME_RGBA8,
                                    blue_first ? bgra : rgba, 1, 2};
      float input[6];
      CHECK(flowline_preprocess(context, &frame, 1, &to, input) == FLOWLINE_OK);
      for (int i = 0; i < 6; i++) CHECK(input[i] == expected[i] / 255.0f);
    }
    const flowline_frame bayer = {sizeof bayer, FLOWLINE_FRAME_BAYER_RGGB8, rggb, 2, 2};
    flowline_preprocessing same = to;
    same.height = 2;
    float input[12];
    CHECK(flowline_preprocess(context, &bayer, 1, &same, input) == FLOWLINE_OK);
    for (int i = 0; i < 12; i++) CHECK(input[i] == (i < 4 ? 1.0f : 0.0f));
  }
}

/// A frame's own bits: those of the preprocessing, whatever that says, and scaled samples.
void bits_of_a_frame(const Contexts& contexts, std::mt19937& random) {
  constexpr int64_t HEIGHT = 23, WIDTH = 31, PIXELS = HEIGHT * WIDTH;
  for (const int32_t bits : {8, 10, 12, 14, 16}) {
    const int32_t white = (1 << bits) - 1;
    std::vector<uint16_t> samples(PIXELS), scaled(PIXELS);
    for (int64_t i = 0; i < PIXELS; i++) {
      const auto sample = static_cast<int32_t>(random() % static_cast<uint32_t>(white + 1));
      const int32_t excess = i % 7 == 0 && bits < 16 ? white - sample + 1 : 0;  // then it is white
      samples[i] = static_cast<uint16_t>(sample + excess);
      scaled[i] =
          static_cast<uint16_t>(std::lround((excess > 0 ? white : sample) * 65535.0 / white));
    }
    flowline_frame frame = {sizeof frame, FLOWLINE_FRAME_GRAY16, samples.data(), HEIGHT, WIDTH};
    flowline_frame whole = frame;
    whole.data = scaled.data();
    frame.bits = bits;
    for (flowline_context* context : contexts.all()) {
      flowline_preprocessing to = {sizeof to, 0, HEIGHT, WIDTH, {0.5f, 0.4f, 0.3f}, {1, 1, 1}};
      std::vector<float> is(3 * PIXELS), wanted(3 * PIXELS);
      CHECK(flowline_preprocess(context, &whole, 1, &to, wanted.data()) == FLOWLINE_OK);
      for (const int32_t others : {0, 8, 11, 16}) {
        to.bits = others;
        CHECK(flowline_preprocess(context, &frame, 1, &to, is.data()) == FLOWLINE_OK);
        for (size_t i = 0; i < is.size(); i++) CHECK(std::fabs(is[i] - wanted[i]) < 1e-5f);
      }
      // To the bit as if all frames had them.
      to.bits = bits;
      flowline_frame plain = frame;
      plain.bits = 0;
      CHECK(flowline_preprocess(context, &plain, 1, &to, wanted.data()) == FLOWLINE_OK);
      CHECK(std::memcmp(is.data(), wanted.data(), is.size() * sizeof(float)) == 0);
    }
  }
}

/// A valid call, of which each test changes one thing.
struct Call {
  uint8_t pixels[6 * 8 * 2] = {};
  float input[3 * 4 * 4] = {};
  flowline_frame frame = {sizeof frame, FLOWLINE_FRAME_GRAY8, pixels, 6, 8, 0, 1, 2, 3, 4};
  flowline_preprocessing to = {sizeof to, 0, 4, 4, {0.5f, 0.5f, 0.5f}, {0.2f, 0.2f, 0.2f}};
  int64_t count = 1;
};

template <class Change>
void check_refused(const char* words, Change change,
                   flowline_status expected = FLOWLINE_INVALID_ARGUMENT) {
  static Context context;
  Call call;
  CHECK(flowline_preprocess(context, &call.frame, 1, &call.to, call.input) == FLOWLINE_OK);
  change(&call);
  CHECK_FAILS(flowline_preprocess(context, &call.frame, call.count, &call.to, call.input), expected,
              words);
}

void wrong_arguments() {
  constexpr int64_t HUGE_NUMBERS[] = {-1, INT64_MIN, INT64_MAX, (int64_t{1} << 20) + 1};
  for (int32_t format : {0, -1, 12, INT32_MAX}) {
    check_refused("frames[0].format must be 1 to 11, got",
                  [&](Call* call) { call->frame.format = format; });
  }
  for (int64_t side : HUGE_NUMBERS) {
    check_refused("frames[0].width must be 1 to 1048576, got",
                  [&](Call* call) { call->frame.width = side; });
    check_refused("frames[0].height must be 1 to 1048576, got",
                  [&](Call* call) { call->frame.height = side; });
  }
  for (int64_t bytes : {int64_t{7}, int64_t{-8}, INT64_MAX, INT64_MAX / 4}) {
    check_refused("frames[0].row_bytes must be 8 to",
                  [&](Call* call) { call->frame.row_bytes = bytes; });
  }
  check_refused("frames[0].row_bytes must be a multiple of 2, got 17", [](Call* call) {
    call->frame.format = FLOWLINE_FRAME_GRAY16;
    call->frame.row_bytes = 17;
  });
  check_refused("frames[0].data must be aligned to 2 bytes", [](Call* call) {
    call->frame.format = FLOWLINE_FRAME_GRAY16;
    call->frame.data = call->pixels + 1;
  });
  check_refused("frames[0].data must not be NULL", [](Call* call) { call->frame.data = nullptr; });
  check_refused("frames[0].crop_x must be 0 to 7, got 8",
                [](Call* call) { call->frame.crop_x = 8; });
  check_refused("frames[0].crop_width must be 1 to 7, got 8",
                [](Call* call) { call->frame.crop_width = 8; });
  check_refused("frames[0].crop_height must be 1 to 4, got 0",
                [](Call* call) { call->frame.crop_height = 0; });
  check_refused("frames[0].crop_y must be 0 to 5, got -1",
                [](Call* call) { call->frame.crop_y = -1; });
  check_refused("frames[0].crop_width must be 1 to 7, got 9223372036854775807",
                [](Call* call) { call->frame.crop_width = INT64_MAX; });
  check_refused("frames[0].crop_width must be 2 to 7, got 1", [](Call* call) {
    call->frame.format = FLOWLINE_FRAME_BAYER_BGGR8;
    call->frame.crop_width = 1;
  });
  check_refused("frames[0].crop_x must leave 2 pixels, got 7 of 8", [](Call* call) {
    call->frame.format = FLOWLINE_FRAME_BAYER_BGGR8;
    call->frame.crop_x = 7;
  });
  check_refused("frames[0] reaches beyond the end of memory",
                [](Call* call) { call->frame.data = reinterpret_cast<void*>(UINTPTR_MAX - 16); });
  for (float value : {NAN, INFINITY, -INFINITY}) {
    check_refused("preprocessing.mean[1] must be finite",
                  [&](Call* call) { call->to.mean[1] = value; });
    check_refused("preprocessing.deviation[2] must be positive and finite",
                  [&](Call* call) { call->to.deviation[2] = value; });
  }
  for (float value : {0.0f, -0.5f}) {
    check_refused("preprocessing.deviation[0] must be positive and finite",
                  [&](Call* call) { call->to.deviation[0] = value; });
  }
  for (int32_t bits : {-1, 1, 7, 17, INT32_MAX}) {
    check_refused("preprocessing.bits must be 8 to 16, got",
                  [&](Call* call) { call->to.bits = bits; });
  }
  for (int32_t bits : {-1, 1, 7, 17, INT32_MAX}) {
    check_refused("frames[0].bits must be 8 to 16, got", [&](Call* call) {
      call->frame.format = FLOWLINE_FRAME_GRAY16;
      call->frame.bits = bits;
    });
  }
  check_refused("frames[0].bits must be 8, got 12", [](Call* call) { call->frame.bits = 12; });
  check_refused("frames[0].reserved must be 0, got 1",
                [](Call* call) { call->frame.reserved = 1; });
  for (int64_t side : {int64_t{0}, int64_t{-1}, int64_t{65537}, INT64_MAX}) {
    check_refused("preprocessing.width must be 1 to 65536, got",
                  [&](Call* call) { call->to.width = side; });
  }
  check_refused("preprocessing.height * width must be 1 to 67108864, got 4294967296",
                [](Call* call) { call->to.height = call->to.width = 65536; });
  for (int64_t count : {int64_t{0}, int64_t{-1}, (int64_t{1} << 30) + 1, INT64_MAX}) {
    check_refused("count must be 1 to", [&](Call* call) { call->count = count; });
  }
  check_refused("input overlaps frames[0].data",
                [](Call* call) { call->frame.data = call->input; });
  check_refused("frames[0].struct_size must be 40 to",
                [](Call* call) { call->frame.struct_size = 32; });
  check_refused("preprocessing.struct_size must be 48 to",
                [](Call* call) { call->to.struct_size = 40; });
  Context context;
  Call call;
  CHECK_FAILS(flowline_preprocess(nullptr, &call.frame, 1, &call.to, call.input),
              FLOWLINE_INVALID_ARGUMENT, "context must not be NULL");
  CHECK_FAILS(flowline_preprocess(context, nullptr, 1, &call.to, call.input),
              FLOWLINE_INVALID_ARGUMENT, "frames must not be NULL");
  CHECK_FAILS(flowline_preprocess(context, &call.frame, 1, nullptr, call.input),
              FLOWLINE_INVALID_ARGUMENT, "preprocessing must not be NULL");
  CHECK_FAILS(flowline_preprocess(context, &call.frame, 1, &call.to, nullptr),
              FLOWLINE_INVALID_ARGUMENT, "input must not be NULL");
  flowline_frame pair[2] = {call.frame, call.frame};
  pair[1].struct_size = 40;
  std::vector<float> input(2 * 48);
  CHECK_FAILS(flowline_preprocess(context, pair, 2, &call.to, input.data()),
              FLOWLINE_INVALID_ARGUMENT, "frames[1].struct_size must be that of the first, 80");
}

/// A structure that ends before the part is one of a whole frame; a longer one may ask for nothing.
void versions() {
  Context context;
  Call call;
  for (uint8_t& pixel : call.pixels) pixel = static_cast<uint8_t>(37 * (&pixel - call.pixels));
  float whole[48], shorter[48];
  flowline_frame frame = call.frame;
  frame.crop_x = frame.crop_y = frame.crop_width = frame.crop_height = 0;
  CHECK(flowline_preprocess(context, &frame, 1, &call.to, whole) == FLOWLINE_OK);
  frame = call.frame;
  frame.struct_size = 40;
  CHECK(flowline_preprocess(context, &frame, 1, &call.to, shorter) == FLOWLINE_OK);
  CHECK(std::memcmp(whole, shorter, sizeof whole) == 0);
  // Of the time before a frame had bits.
  CHECK(flowline_preprocess(context, &call.frame, 1, &call.to, whole) == FLOWLINE_OK);
  frame = call.frame;
  frame.struct_size = 72;
  frame.bits = INT32_MAX;
  CHECK(flowline_preprocess(context, &frame, 1, &call.to, shorter) == FLOWLINE_OK);
  CHECK(std::memcmp(whole, shorter, sizeof whole) == 0);
  struct Longer {
    flowline_frame frame;
    int64_t later;
  } longer = {call.frame, 0};
  longer.frame.struct_size = sizeof longer;
  CHECK(flowline_preprocess(context, &longer.frame, 1, &call.to, whole) == FLOWLINE_OK);
  longer.later = 1;
  CHECK_FAILS(flowline_preprocess(context, &longer.frame, 1, &call.to, whole), FLOWLINE_UNSUPPORTED,
              "frames[0] sets a member");
}

}  // namespace

int main(int count, char** arguments) {
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 60;
  const unsigned seed =
      count > 2 ? static_cast<unsigned>(std::strtoul(arguments[2], nullptr, 10)) : 1;
  std::printf("%d rounds, seed %u\n", rounds, seed);
  std::mt19937 random(seed);
  const Contexts contexts;
  as_pil(contexts);
  colours(contexts);
  bits_of_a_frame(contexts, random);
  wrong_arguments();
  versions();
  awkward_sizes(contexts, random);
  batches(contexts, random);
  random_frames(contexts, random, rounds);
}
