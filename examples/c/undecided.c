/* Forty good images and a few repeats: a threshold that costs no image, a p-value by CV+, and a
 * third verdict for parts that are nearer to the threshold than they repeat.
 *
 * The flow of this program is small: the mean and the deviation of each position of good images, by
 * which an image becomes latents. Five flows are trained, each on four fifths of the images, so that
 * every image has a score of a flow that has not seen it. */
#include <flowline/flowline.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHANNELS = 8, SIDE = 16, SIZE = CHANNELS * SIDE * SIDE };
enum { IMAGES = 40, FOLDS = 5, PARTS = 12, REPEATS = 4, TEST = 500 };

typedef struct {
  float mean[SIZE], deviation[SIZE];
} flow;

static float good[IMAGES][SIZE], part[SIZE], image[SIZE], latent[SIZE];
static int32_t fold[IMAGES];
static flow flows[FOLDS], of_all;
static flowline_context* context;

static float uniform(void) {
  static unsigned long long state = 7;
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (float)(state >> 40) / 16777216.0f;
}

/* About normal, mean 0 and variance 1: twelve uniform numbers. */
static float noise(void) {
  float sum = -6.0f;
  for (int i = 0; i < 12; i++) sum += uniform();
  return sum;
}

static void check(flowline_status status) {
  if (status == FLOWLINE_OK) return;
  fprintf(stderr, "%s: %s\n", flowline_status_name(status), flowline_last_error());
  exit(1);
}

/* A part, with a defect of 3 x 3 positions of this strength. */
static void make_part(float defect) {
  const float strength = 0.8f + 0.4f * uniform();
  const int top = (int)(uniform() * (SIDE - 3)), left = (int)(uniform() * (SIDE - 3));
  for (int i = 0; i < SIZE; i++) {
    const int y = i / SIDE % SIDE, x = i % SIDE;
    const int inside = y >= top && y < top + 3 && x >= left && x < left + 3;
    part[i] = strength * noise() + (inside ? defect : 0);
  }
}

/* An image of the part: the camera adds noise of its own. */
static void take_image(void) {
  for (int i = 0; i < SIZE; i++) image[i] = part[i] + 0.1f * noise();
}

/* Trains on all good images but those of one fold; on all of them for -1. */
static void train(flow* trained, int without) {
  for (int i = 0; i < SIZE; i++) {
    float count = 0, sum = 0, distance = 0;
    for (int n = 0; n < IMAGES; n++) {
      count += fold[n] != without;
      sum += fold[n] != without ? good[n][i] : 0;
    }
    trained->mean[i] = sum / count;
    for (int n = 0; n < IMAGES; n++) {
      const float from_mean = good[n][i] - trained->mean[i];
      if (fold[n] != without) distance += from_mean < 0 ? -from_mean : from_mean;
    }
    trained->deviation[i] = 1.2533f * distance / count; /* of a normal variable */
  }
}

/* Returns the smallest log10 NFA of an image by a flow. */
static float score(const flow* by, const float* of) {
  for (int i = 0; i < SIZE; i++) latent[i] = (of[i] - by->mean[i]) / by->deviation[i];
  const flowline_tensor scale = {.struct_size = sizeof scale,
                                 .data = latent,
                                 .batch = 1,
                                 .channels = CHANNELS,
                                 .height = SIDE,
                                 .width = SIDE};
  float min_log10_nfa;
  const flowline_maps maps = {
      .struct_size = sizeof maps, .height = SIDE, .width = SIDE, .min_log10_nfa = &min_log10_nfa};
  check(flowline_segment(context, &scale, 1, NULL, &maps));
  return min_log10_nfa;
}

static const char* words(flowline_verdict verdict) {
  return verdict == FLOWLINE_DEFECT      ? "defect"
         : verdict == FLOWLINE_GOOD      ? "good"
         : verdict == FLOWLINE_UNDECIDED ? "undecided"
                                         : "not inspected";
}

int main(void) {
  check(flowline_context_create(NULL, &context));

  for (int n = 0; n < IMAGES; n++) {
    make_part(0);
    take_image();
    for (int i = 0; i < SIZE; i++) good[n][i] = image[i];
    fold[n] = n % FOLDS;
  }
  for (int k = 0; k < FOLDS; k++) train(&flows[k], k);
  train(&of_all, -1);
  static float out_of_fold[IMAGES];
  for (int n = 0; n < IMAGES; n++) out_of_fold[n] = score(&flows[fold[n]], good[n]);

  float log10_epsilon;
  double nominal;
  check(flowline_cv_plus_log10_epsilon(out_of_fold, fold, IMAGES, FOLDS, 0.1, &log10_epsilon,
                                       &nominal));
  printf("log10 epsilon %.2f, nominal %.1f %% of good images\n", log10_epsilon, 100 * nominal);

  /* Parts from good to clearly defective, each taken four times: some of them near the threshold. */
  static float repeated[PARTS * REPEATS];
  static int32_t of_part[PARTS * REPEATS];
  for (int n = 0; n < PARTS * REPEATS; n++) {
    if (n % REPEATS == 0) make_part(0.15f * (float)(n / REPEATS));
    take_image();
    repeated[n] = score(&of_all, image);
    of_part[n] = n / REPEATS;
  }
  flowline_repeatability repeats = {.struct_size = sizeof repeats};
  check(flowline_guard_band(repeated, of_part, PARTS * REPEATS, log10_epsilon, 0.95, &repeats));
  printf("guard band %.2f: standard deviation %.2f, %.1f degrees of freedom, %d parts\n",
         repeats.guard_band, repeats.standard_deviation, repeats.degrees_of_freedom,
         (int)repeats.parts);

  /* A part that is taken twice: without a band the second image contradicts the first now and then. */
  int without = 0, with = 0, undecided = 0;
  for (int n = 0; n < TEST; n++) {
    flowline_verdict plain[2], guarded[2];
    make_part(0.8f + uniform());
    for (int i = 0; i < 2; i++) {
      take_image();
      const float found = score(&of_all, image);
      plain[i] = flowline_decide(found, log10_epsilon);
      guarded[i] =
          flowline_decide_guarded(found, log10_epsilon, repeats.guard_band, repeats.guard_band);
      undecided += guarded[i] == FLOWLINE_UNDECIDED;
    }
    without += plain[0] != plain[1];
    with += guarded[0] + guarded[1] == FLOWLINE_GOOD + FLOWLINE_DEFECT;
  }
  printf(
      "of %d parts taken twice %d are good and a defect, with the band %d; undecided: %d of %d\n",
      TEST, without, with, undecided, 2 * TEST);

  for (int k = 0; k <= 4; k++) {
    make_part(0.5f * (float)k);
    take_image();
    float by_fold[FOLDS];
    for (int f = 0; f < FOLDS; f++) by_fold[f] = score(&flows[f], image);
    double p_value, promised;
    flowline_verdict by_cv_plus;
    check(flowline_cv_plus_p_value(out_of_fold, fold, IMAGES, by_fold, FOLDS, &p_value));
    check(flowline_cv_plus_decide(out_of_fold, fold, IMAGES, by_fold, FOLDS, 0.1, &by_cv_plus,
                                  &promised));
    const flowline_verdict verdict = flowline_decide_guarded(
        score(&of_all, image), log10_epsilon, repeats.guard_band, repeats.guard_band);
    printf(
        "defect of strength %.1f: p-value %.3f, by five flows %s (at most %.0f %% of good "
        "images), ",
        0.5 * k, p_value, words(by_cv_plus), 100 * promised);
    printf("by one flow and the band %s\n", words(verdict));
  }
  flowline_context_destroy(context);
  return 0;
}
