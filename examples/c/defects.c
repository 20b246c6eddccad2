/* A batch of two images in two scales, the second one with a defect: the verdicts and the regions.
 *
 * The latents are white noise, which is what a flow makes of good images; where it has not seen the
 * like, they are larger. */
#include <flowline/flowline.h>
#include <stdio.h>
#include <stdlib.h>

enum { IMAGES = 2, FINE = 28, COARSE = 14, FINE_CHANNELS = 16, COARSE_CHANNELS = 32, SIDE = 224 };

static float fine[IMAGES * FINE_CHANNELS * FINE * FINE];
static float coarse[IMAGES * COARSE_CHANNELS * COARSE * COARSE];
static float log10_nfa[IMAGES * SIDE * SIDE], anomaly_map[IMAGES * SIDE * SIDE];

/* About normal, mean 0 and variance 1: twelve uniform numbers. */
static float noise(void) {
  static unsigned long state = 1;
  float sum = -6.0f;
  for (int i = 0; i < 12; i++) {
    state = (state * 1103515245UL + 12345UL) & 0x7fffffffUL;
    sum += (float)state / 2147483648.0f;
  }
  return sum;
}

static void check(flowline_status status) {
  if (status == FLOWLINE_OK) return;
  fprintf(stderr, "%s: %s\n", flowline_status_name(status), flowline_last_error());
  exit(1);
}

static flowline_tensor tensor(const float* data, int64_t channels, int64_t side) {
  flowline_tensor view = {.struct_size = sizeof view, .type = FLOWLINE_FLOAT32};
  view.data = data;
  view.batch = IMAGES;
  view.channels = channels;
  view.height = view.width = side;
  return view;
}

int main(void) {
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) fine[i] = noise();
  for (size_t i = 0; i < sizeof coarse / sizeof *coarse; i++) coarse[i] = noise();
  for (int c = 0; c < FINE_CHANNELS; c++) {
    for (int y = 10; y < 13; y++) {
      for (int x = 20; x < 24; x++) fine[((FINE_CHANNELS + c) * FINE + y) * FINE + x] *= 2.5f;
    }
  }

  flowline_context_options where = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  where.threads = 2;
  flowline_context* context;
  check(flowline_context_create(&where, &context));
  printf("libflowline %s on %s\n", flowline_version(), flowline_context_description(context));

  const flowline_tensor latents[2] = {tensor(fine, FINE_CHANNELS, FINE),
                                      tensor(coarse, COARSE_CHANNELS, COARSE)};
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
  float smallest[IMAGES], score[IMAGES];
  const flowline_maps maps = {.struct_size = sizeof maps,
                              .height = SIDE,
                              .width = SIDE,
                              .log10_nfa = log10_nfa,
                              .min_log10_nfa = smallest,
                              .anomaly_map = anomaly_map,
                              .anomaly_score = score};
  check(flowline_segment(context, latents, 2, &options, &maps));

  const double log10_epsilon = -2; /* one false alarm in a hundred images */
  for (int image = 0; image < IMAGES; image++) {
    flowline_region regions[8];
    int64_t count;
    check(flowline_regions(context, log10_nfa + image * SIDE * SIDE, SIDE, SIDE, log10_epsilon, 4,
                           regions, 8, &count));
    printf("image %d: %s, log10 NFA %.1f, anomaly score %.3f\n", image,
           count > 0 ? "defect" : "good", smallest[image], score[image]);
    for (int64_t i = 0; i < count && i < 8; i++) {
      printf("  box %d %d %d %d, %ld pixels, log10 NFA %.1f\n", regions[i].x, regions[i].y,
             regions[i].width, regions[i].height, (long)regions[i].area, regions[i].log10_nfa);
    }
  }
  flowline_context_destroy(context);
  return 0;
}
