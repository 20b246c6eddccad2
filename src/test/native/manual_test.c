/* The program at the head of flowline.h, word for word. */
#include <flowline/flowline.h>
#include <stdio.h>

int main(void) {
  static float fine[16 * 28 * 28], coarse[32 * 14 * 14];   // (1, 16, 28, 28), (1, 32, 14, 14)
  static float log10_nfa[256 * 256];
  float smallest;
  for (int c = 0; c < 16; c++) fine[c * 28 * 28 + 10 * 28 + 12] = 4.0f;  // a bright position

  flowline_latent latents[2] = {
      {sizeof(flowline_latent), 0, fine, 1, 16, 28, 28},
      {sizeof(flowline_latent), 0, coarse, 1, 32, 14, 14},
  };
  flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  options.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
  flowline_context* context;
  if (flowline_context_create(NULL, &context) != FLOWLINE_OK ||
      flowline_segment(context, latents, 2, &options, 256, 256, log10_nfa, &smallest)
          != FLOWLINE_OK) {
    fprintf(stderr, "%s\n", flowline_last_error());
    return 1;
  }
  printf("%s, log10 NFA %g\n", smallest < 0 ? "defect" : "good", smallest);
  flowline_context_destroy(context);
  return 0;
}
