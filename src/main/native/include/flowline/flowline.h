/* libflowline: is it a defect? An a contrario test on the latents of a normalizing flow.
 *
 * A flow that has learned from good images turns an image into latents that are white noise where
 * the image is good. libflowline looks at each scale of the latents for connected regions whose
 * energy (sum over the channels of z squared) is too high to be chance, and gives every pixel the
 * base-10 logarithm of its number of false alarms (NFA): the number of regions as meaningful that
 * white noise would show on average in one image. Small is meaningful; log10Nfa < 0 detects at most
 * one false alarm an image. The method is that of U-Flow (Tailanian et al., 2023), sections 3.4.1
 * to 3.4.3.
 *
 * One call does it. A complete program, C99:
 *
 *     #include <flowline/flowline.h>
 *     #include <stdio.h>
 *
 *     int main(void) {
 *       static float fine[16 * 28 * 28], coarse[32 * 14 * 14];  // (C, H, W)
 *       static float log10_nfa[256 * 256];
 *       float smallest;
 *       for (int c = 0; c < 16; c++) fine[c * 28 * 28 + 10 * 28 + 12] = 4.0f;  // a bright position
 *
 *       flowline_latent latents[2] = {
 *           {sizeof(flowline_latent), 0, fine, 1, 16, 28, 28},
 *           {sizeof(flowline_latent), 0, coarse, 1, 32, 14, 14},
 *       };
 *       flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
 *       options.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
 *       flowline_context* context;
 *       if (flowline_context_create(NULL, &context) != FLOWLINE_OK ||
 *           flowline_segment(context, latents, 2, &options, 256, 256, log10_nfa, &smallest)
 *               != FLOWLINE_OK) {
 *         fprintf(stderr, "%s\n", flowline_last_error());
 *         return 1;
 *       }
 *       printf("%s, log10 NFA %g\n", smallest < 0 ? "defect" : "good", smallest);
 *       flowline_context_destroy(context);
 *       return 0;
 *     }
 *
 * Rules that hold throughout:
 * - Every call but the few that cannot fail returns a status. On anything but FLOWLINE_OK,
 *   flowline_last_error() of the same thread says what was wrong, naming the argument, and the
 *   contents of the output arguments are unspecified. Nothing throws, prints or exits.
 * - Memory belongs to the caller, on both sides; the library keeps no pointer after a call. Arrays
 *   are dense, row-major and aligned to their element; a shape stands beside each. An output
 *   overlaps no input and no other output.
 * - A map has at most 2^28 positions, a latent 1 to 2^28 channels, a batch 1 to 2^30 images, a call
 *   1 to 64 scales.
 * - A context belongs to one thread at a time. Different contexts may be used at once.
 * - Results depend on the arguments alone: the same bits for any number of threads.
 * - Structures begin with their own size, so that programs built against an older header keep
 *   working: members that their structure does not have count as 0. Of a structure longer than this
 *   library knows, the part beyond must be zero. The elements of an array are all of one size and
 *   lie that far apart.
 */
#ifndef FLOWLINE_FLOWLINE_H
#define FLOWLINE_FLOWLINE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define FLOWLINE_API __attribute__((visibility("default")))
#else
#define FLOWLINE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The library's version, "major.minor.patch". */
FLOWLINE_API const char* flowline_version(void);

/* ---- Statuses ------------------------------------------------------------------------------- */

typedef int32_t flowline_status;
enum {
  FLOWLINE_OK = 0,
  FLOWLINE_INVALID_ARGUMENT = 1, /* the message names the argument, its value and its bound */
  FLOWLINE_NOT_FINITE = 2, /* NaN or infinite data; the message names scale, image, position */
  FLOWLINE_OUT_OF_MEMORY = 3,
  FLOWLINE_UNSUPPORTED = 4, /* a structure asks for what this version does not know */
  FLOWLINE_INTERNAL = 5     /* a defect of the library: please report it with the message */
};

/* Why the last call of this thread failed; "" if it did not. Valid until the thread's next call. */
FLOWLINE_API const char* flowline_last_error(void);

/* A status in words, "invalid argument"; "unknown status" for any other number. */
FLOWLINE_API const char* flowline_status_name(flowline_status status);

/* ---- Context -------------------------------------------------------------------------------- */

/* Threads and workspace. Workspace grows to what the largest call needs and stays: a call no larger
 * than one before allocates nothing. */
typedef struct flowline_context flowline_context;

typedef struct flowline_context_options {
  uint32_t struct_size; /* sizeof(flowline_context_options) */
  int32_t threads;      /* 1 to 1024, the caller's included: images and scales are shared out */
} flowline_context_options;

#define FLOWLINE_CONTEXT_OPTIONS_DEFAULT \
  { sizeof(flowline_context_options), 1 }

/* options: NULL for the defaults. context: receives the context; the caller destroys it. */
FLOWLINE_API flowline_status flowline_context_create(const flowline_context_options* options,
                                                     flowline_context** context);

/* Ends the threads and frees the workspace. NULL is allowed. */
FLOWLINE_API void flowline_context_destroy(flowline_context* context);

/* ---- Segmentation --------------------------------------------------------------------------- */

/* One scale of a batch of latents: float32 (batch, channels, height, width). */
typedef struct flowline_latent {
  uint32_t struct_size; /* sizeof(flowline_latent) */
  uint32_t reserved;    /* 0 */
  const float* data;
  int64_t batch;
  int64_t channels;
  int64_t height;
  int64_t width;
} flowline_latent;

/* Upper bound of the probability that all pixels of a region R reach the energy m = min over R, for
 * C channels under the null hypothesis: chi-square, C degrees of freedom, pixels independent. */
enum {
  /* log10 PFA = -|R| C/2 (m/C - 1 - ln(m/C)) / ln 10 for m > C, else 0. */
  FLOWLINE_PFA_CHERNOFF = 0,
  /* The same formula for every m, as the authors' released program has it: for m < C this is no
   * bound of the upper tail, and large regions quieter than average are detected. */
  FLOWLINE_PFA_AS_RELEASED = 1,
  /* log10 PFA = |R| log10 Q(C/2, m/2), the tail itself (regularised upper incomplete gamma). */
  FLOWLINE_PFA_EXACT = 2
};

/* How many tests a region's probability is multiplied with. alpha = 0.316915, beta = 4.062570:
 * there are about alpha beta^r / r polyominoes of r cells. n_l = positions at scale l. */
enum {
  /* For every region, sum over l of n_l sum over r = 1..n_l of alpha beta^r / r (the paper). */
  FLOWLINE_TESTS_PUBLISHED = 0,
  /* A region of r pixels at scale l is charged N_T(l, r) = S n_l alpha beta^r / r, S = sum of the
   * n_l. The expected number of false alarms stays at most epsilon. Regions compete by log10 PFA +
   * log10 N_T(l, r); positions of no region count as PFA = 1 at the price of one pixel:
   * no position has more. */
  FLOWLINE_TESTS_BY_SIZE = 1
};

typedef struct flowline_segment_options {
  uint32_t struct_size;    /* sizeof(flowline_segment_options) */
  int32_t pfa_bound;       /* FLOWLINE_PFA_... */
  int32_t number_of_tests; /* FLOWLINE_TESTS_... */
  int32_t reserved;        /* 0 */
} flowline_segment_options;

#define FLOWLINE_SEGMENT_OPTIONS_DEFAULT \
  { sizeof(flowline_segment_options), FLOWLINE_PFA_CHERNOFF, FLOWLINE_TESTS_PUBLISHED, 0 }

/* Latents to maps of log10 NFA.
 *
 * latents: `scales` of them, finest first, all of one batch size.
 * options: NULL for the defaults.
 * log10_nfa: (batch, out_height, out_width), receives the map: each scale's map of log10 PFA (0
 *     where there is no region) plus log10 of the number of tests, interpolated bilinearly (corners
 *     not aligned); of the scales the minimum. Values below -FLT_MAX are stored as -FLT_MAX.
 * smallest: (batch), receives the smallest log10 NFA of any region of any scale before
 *     interpolation, the background's where there is no region; may be NULL. It does not depend on
 *     the output's size. No pixel of the map lies below it, but the map, which interpolates between
 *     a region and what surrounds it, need not reach it.
 *
 * A latent whose energy is not finite in float32 is FLOWLINE_NOT_FINITE. */
FLOWLINE_API flowline_status flowline_segment(flowline_context* context,
                                              const flowline_latent* latents, int32_t scales,
                                              const flowline_segment_options* options,
                                              int64_t out_height, int64_t out_width,
                                              float* log10_nfa, float* smallest);

/* ---- Regions -------------------------------------------------------------------------------- */

/* A connected component of the pixels with log10 NFA < log10 epsilon, in pixels of the map. */
typedef struct flowline_region {
  int32_t x, y;          /* left and top of its box */
  int32_t width, height; /* of its box */
  int64_t area;
  double centroid_x, centroid_y;
  int32_t peak_x, peak_y; /* where log10_nfa is attained; the first in row-major order */
  float log10_nfa;        /* the smallest in it */
  int32_t reserved;       /* 0 */
} flowline_region;

/* The regions of one map, most meaningful first (by log10_nfa, then by their first pixel).
 *
 * log10_nfa: (height, width), no NaN. connectivity: 4 or 8.
 * regions: receives the first `capacity`; may be NULL if capacity is 0.
 * count: receives how many there are, which may be more than capacity. */
FLOWLINE_API flowline_status flowline_regions(flowline_context* context, const float* log10_nfa,
                                              int64_t height, int64_t width, double log10_epsilon,
                                              int32_t connectivity, flowline_region* regions,
                                              int64_t capacity, int64_t* count);

/* ---- The parts of the method ---------------------------------------------------------------- */

/* energy: (batch, height, width), receives the sum over channels of z squared. Summed in float32:
 * runs of 64 channels in ascending order, then the runs' sums in ascending order. */
FLOWLINE_API flowline_status flowline_energy(flowline_context* context,
                                             const flowline_latent* latent, float* energy);

/* The component tree of the upper level sets of a map (max-tree). A node is a connected component
 * of {map >= altitude}; its own pixels are those of it that equal the altitude. Nodes are numbered
 * by ascending (altitude, smallest own pixel), so that a parent's number is smaller than its
 * children's and node 0 is the root, the whole map.
 *
 * map: (height, width), finite; -0.0 equals 0.0. connectivity: 4 or 8.
 * node_of_pixel: (height, width), receives the node that the pixel is an own pixel of.
 * parent, altitude, area: room for height * width nodes each, may be NULL; the root's parent is -1,
 *     area counts all pixels of the component.
 * nodes: receives the number of nodes. */
FLOWLINE_API flowline_status flowline_component_tree(flowline_context* context, const float* map,
                                                     int64_t height, int64_t width,
                                                     int32_t connectivity, int32_t* node_of_pixel,
                                                     int32_t* parent, float* altitude,
                                                     int32_t* area, int32_t* nodes);

/* Prune and merge (the paper's procedures 1 and 2) on the 4-connected component tree of one map.
 *
 * levels: (height, width), finite: the map whose tree is taken.
 * energies: (height, width), finite and not negative, from which a region's minimum is taken; NULL
 *     to take it from levels, which then must not be negative.
 * channels: degrees of freedom, 1 to 2^28.
 * total_pixels: S, read by FLOWLINE_TESTS_BY_SIZE alone.
 * region_of_pixel: (height, width), receives the node (numbered as by flowline_component_tree) that
 *     is the pixel's region, -1 if it is in none.
 * log10_pfa: room for height * width nodes, receives each node's, which may be -infinity; may be
 *     NULL.
 * painted: (height, width), receives the scale's map before interpolation; may be NULL. With
 *     FLOWLINE_TESTS_PUBLISHED it is log10 PFA, 0 where there is no region: the number of tests
 *     depends on the other scales too. By size it is log10 PFA + log10 N_T(l, r), log10 N_T(l, 1)
 *     where there is no region. A region that is no more meaningful than that is painted like a
 *     pixel of no region. */
FLOWLINE_API flowline_status flowline_select(flowline_context* context, const float* levels,
                                             const float* energies, int64_t height, int64_t width,
                                             int64_t channels, int64_t total_pixels,
                                             const flowline_segment_options* options,
                                             int32_t* region_of_pixel, double* log10_pfa,
                                             float* painted);

/* log10 PFA of a region of `pixels` pixels whose smallest energy is `energy`, finite and not
 * negative. At energy 0 FLOWLINE_PFA_AS_RELEASED is -infinity. */
FLOWLINE_API flowline_status flowline_log10_pfa(int32_t pfa_bound, int64_t channels, double energy,
                                                int64_t pixels, double* log10_pfa);

/* log10 N_T as published. pixels: positions of each scale, 1 to 2^28 each. */
FLOWLINE_API flowline_status flowline_log10_number_of_tests(const int64_t* pixels, int32_t scales,
                                                            double* log10_tests);

/* log10 N_T(l, r) = log10(S n_l alpha beta^r / r), 1 <= region_pixels <= scale_pixels <= total. */
FLOWLINE_API flowline_status flowline_log10_number_of_tests_by_size(int64_t scale_pixels,
                                                                    int64_t total_pixels,
                                                                    int64_t region_pixels,
                                                                    double* log10_tests);

#ifdef __cplusplus
}
#endif
#endif
