/* Makes a threshold from good images alone: a region law, log10 epsilon from other good images for
 * the false-alarm rate that is asked for, and the verdicts on good and on defective images.
 *
 * The latents are not white noise, and neither are those of real parts: every image has a strength
 * of its own, and neighbours are alike. The program also prints the verdicts of a test that takes
 * energies for chi-square. */
#include <flowline/flowline.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHANNELS = 16, SIDE = 32, LAW = 100, THRESHOLD = 200, TEST = 1000 };

static float latent[CHANNELS * SIDE * SIDE], map[SIDE * SIDE];

static float uniform(void) {
  static unsigned long long state = 1;
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (float)(state >> 40) / 16777216.0f;
}

/* About normal, mean 0 and variance 1: twelve uniform numbers. */
static float noise(void) {
  float sum = -6.0f;
  for (int i = 0; i < 12; i++) sum += uniform();
  return sum;
}

/* A good image, or one with a defect of 4 x 4 positions somewhere. */
static void draw(int defective) {
  const float strength = 0.8f + 0.5f * uniform();
  const int top = (int)(uniform() * (SIDE - 4)), left = (int)(uniform() * (SIDE - 4));
  for (int c = 0; c < CHANNELS; c++) {
    for (int y = 0; y < SIDE; y++) {
      float before = noise();
      for (int x = 0; x < SIDE; x++) {
        before = 0.6f * before + 0.8f * noise();
        const int inside = defective && y >= top && y < top + 4 && x >= left && x < left + 4;
        latent[(c * SIDE + y) * SIDE + x] = before * strength * (inside ? 1.9f : 1.0f);
      }
    }
  }
}

static void check(flowline_status status) {
  if (status == FLOWLINE_OK) return;
  fprintf(stderr, "%s: %s\n", flowline_status_name(status), flowline_last_error());
  exit(1);
}

static flowline_context* context;

/* Returns the smallest log10 NFA of the latent, and leaves its fused map in `map`. */
static float judge(const flowline_segment_options* options) {
  const flowline_tensor scale = {.struct_size = sizeof scale,
                                 .data = latent,
                                 .batch = 1,
                                 .channels = CHANNELS,
                                 .height = SIDE,
                                 .width = SIDE};
  float min_log10_nfa;
  const flowline_maps maps = {.struct_size = sizeof maps,
                              .height = SIDE,
                              .width = SIDE,
                              .min_log10_nfa = &min_log10_nfa,
                              .fused_map = map};
  check(flowline_segment(context, &scale, 1, options, &maps));
  return min_log10_nfa;
}

static int alarms(const flowline_segment_options* options, double log10_epsilon, int defective) {
  int count = 0;
  for (int image = 0; image < TEST; image++) {
    draw(defective);
    count += flowline_decide(judge(options), log10_epsilon) == FLOWLINE_DEFECT;
  }
  return count;
}

int main(void) {
  check(flowline_context_create(NULL, &context));

  static float maxima[LAW * FLOWLINE_LAW_CLASSES], baselines[LAW], level[FLOWLINE_LAW_KNOTS];
  static float min_log10_nfa[THRESHOLD];
  static double log10_pfa[FLOWLINE_LAW_CLASSES * FLOWLINE_LAW_KNOTS];
  static double baseline_log10_pfa[FLOWLINE_LAW_KNOTS];
  flowline_region_law law = {.struct_size = sizeof law,
                             .classes = flowline_size_classes(SIDE, SIDE),
                             .level = level,
                             .log10_pfa = log10_pfa,
                             .height = SIDE, /* with other latents it is an error */
                             .width = SIDE,
                             .baseline_log10_pfa = baseline_log10_pfa};
  for (int image = 0; image < LAW; image++) {
    draw(0);
    judge(NULL); /* the fused map is the same for every test */
    check(flowline_relative_maxima(context, map, SIDE, SIDE, law.classes,
                                   maxima + image * law.classes, baselines + image));
  }
  check(flowline_baseline_exponent(maxima, baselines, LAW, law.classes, &law.baseline_exponent));
  check(flowline_relative_law_fit(maxima, baselines, LAW, law.classes, law.baseline_exponent, level,
                                  log10_pfa, &law.knots, &law.baseline, baseline_log10_pfa));

  flowline_segment_options calibrated = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  calibrated.law = &law;
  for (int image = 0; image < THRESHOLD; image++) {
    draw(0);
    min_log10_nfa[image] = judge(&calibrated);
  }
  float log10_epsilon;
  double promised;
  check(flowline_log10_epsilon(min_log10_nfa, THRESHOLD, 0.05, 0, &log10_epsilon, &promised));

  const flowline_segment_options chi_square = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
  printf("log10 epsilon %.2f, at most %.1f %% of good images promised to alarm\n", log10_epsilon,
         100 * promised);
  printf("calibrated: %d of %d good images alarm, ", alarms(&calibrated, log10_epsilon, 0), TEST);
  printf("%d of %d defects found\n", alarms(&calibrated, log10_epsilon, 1), TEST);
  printf("chi-square: %d of %d good images alarm at one false alarm in a hundred images, ",
         alarms(&chi_square, -2, 0), TEST);
  printf("%d of %d defects found\n", alarms(&chi_square, -2, 1), TEST);

  double p_values[2]; /* small where an image is unlike the good ones */
  for (int defective = 0; defective < 2; defective++) {
    draw(defective);
    check(flowline_p_value(min_log10_nfa, THRESHOLD, judge(&calibrated), p_values + defective));
  }
  printf("p-value of a good image %.3f, of a defect %.3f, at least %.3f\n", p_values[0],
         p_values[1], 1.0 / (THRESHOLD + 1));
  flowline_context_destroy(context);
  return 0;
}
