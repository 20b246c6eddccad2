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
  enum { ROOM = 8 };
  flowline_verdict verdict[IMAGES];
  float min_log10_nfa[IMAGES];
  flowline_region regions[IMAGES][ROOM];
  int64_t count[IMAGES];
  const flowline_inspection inspection = {.struct_size = sizeof inspection,
                                          .height = SIDE,
                                          .width = SIDE,
                                          .log10_epsilon = -2, /* one false alarm in 100 images */
                                          .verdict = verdict,
                                          .min_log10_nfa = min_log10_nfa,
                                          .regions = regions[0],
                                          .capacity = ROOM,
                                          .region_count = count};
  check(flowline_inspect(context, latents, 2, NULL, &inspection));

  static const char* const NAMES[] = {"not inspected", "good", "defect"};
  for (int image = 0; image < IMAGES; image++) {
    printf("image %d: %s, log10 NFA %.1f\n", image, NAMES[verdict[image]], min_log10_nfa[image]);
    for (int64_t i = 0; i < count[image] && i < ROOM; i++) {
      const flowline_region* region = &regions[image][i];
      printf("  box %d %d %d %d, %ld pixels, log10 NFA %.1f\n", region->x, region->y, region->width,
             region->height, (long)region->area, region->log10_nfa);
    }
  }
  flowline_context_destroy(context);
  return 0;
}
