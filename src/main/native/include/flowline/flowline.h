/* libflowline: is it a defect? An a contrario test on the latents of a normalizing flow.
 *
 * A flow that has learned from good images turns an image into latents that are white noise where
 * the image is good. libflowline looks at each scale of the latents for connected regions whose
 * energy (sum over the channels of z squared) is too high to be chance, and gives every pixel the
 * base-10 logarithm of its number of false alarms (NFA): the number of regions as meaningful that
 * white noise would show on average in one image. Small is meaningful: to call a defect what has a
 * log10 NFA below 0 is to accept one false alarm an image on average, below -2 one in a hundred
 * images. The method is that of U-Flow (Tailanian et al., 2023), sections 3.4.1
 * to 3.4.3.
 *
 * One call does it, flowline_segment. A complete program, C99 (cc defects.c -lflowline):
 *
 *     #include <flowline/flowline.h>
 *     #include <stdio.h>
 *
 *     int main(void) {
 *       static float z[16 * 28 * 28], log10_nfa[256 * 256];  // (C, H, W), a flow's; (H, W), any
 *       z[10 * 28 + 12] = 16.0f;                             // a bright position
 *       flowline_tensor latent = {.struct_size = sizeof latent, .data = z,
 *                                 .batch = 1, .channels = 16, .height = 28, .width = 28};
 *       flowline_maps maps = {.struct_size = sizeof maps, .height = 256, .width = 256,
 *                             .log10_nfa = log10_nfa};
 *       flowline_segment_options options = FLOWLINE_SEGMENT_OPTIONS_DEFAULT;
 *       options.number_of_tests = FLOWLINE_TESTS_BY_SIZE;
 *       flowline_context* context;
 *       flowline_region found[8];
 *       int64_t count;
 *       if (flowline_context_create(NULL, &context) ||
 *           flowline_segment(context, &latent, 1, &options, &maps) ||
 *           flowline_regions(context, log10_nfa, 256, 256, 0, 4, found, 8, &count))
 *         return fprintf(stderr, "%s\n", flowline_last_error()), 1;
 *       for (int i = 0; i < count && i < 8; i++)
 *         printf("defect at %d, %d, log10 NFA %g\n", found[i].x, found[i].y, found[i].log10_nfa);
 *       flowline_context_destroy(context);
 *     }
 *
 * Rules that hold throughout:
 * - Every call but the few that cannot fail returns a status. On anything but FLOWLINE_OK,
 *   flowline_last_error() of the same thread says what was wrong, naming the argument, and the
 *   contents of the output arguments are unspecified. The context stays as good as it was. Nothing
 *   throws, prints or exits.
 * - Memory belongs to the caller, on both sides; the library keeps no pointer after a call. No
 *   pointer is NULL where nothing is said of NULL. Arrays are dense, row-major and aligned to their
 *   element, where no strides are given; a shape stands beside each. An output overlaps no input
 *   and no other output.
 * - A map has at most 2^28 positions, a latent 1 to 2^28 channels, a batch 1 to 2^30 images, a call
 *   1 to 64 scales.
 * - A context belongs to one thread at a time, and may be handed from one to the next. Different
 *   contexts may be used at once, and so may all that takes no context. A context with several
 *   threads shares the images and scales of a call out among them; of one image with one scale a
 *   single thread has the work. After fork() the child creates contexts of its own.
 * - Results depend on the arguments alone: the same bits for any number of threads, any
 *   instruction set and any device.
 * - A context on a CUDA device takes device pointers wherever this header says "of the context's
 *   device", and host pointers everywhere else. Its calls enqueue work on the context's stream and
 *   return: the caller synchronises before reading results and before freeing memory. They allocate
 *   nothing once flowline_reserve or a call no smaller has been made, and can then be captured in a
 *   CUDA graph.
 * - Structures begin with their own size, so that programs built against an older header keep
 *   working: members that their structure does not have count as 0. Of a structure longer than this
 *   library knows, the part beyond must be zero, else the call is FLOWLINE_UNSUPPORTED. Members
 *   called reserved are 0. The elements of an array are all of one size and lie that far apart.
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

/* This header's version, for #if. */
#define FLOWLINE_VERSION_MAJOR 0
#define FLOWLINE_VERSION_MINOR 1
#define FLOWLINE_VERSION_PATCH 0

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
  FLOWLINE_INTERNAL = 5,    /* a defect of the library: please report it with the message */
  FLOWLINE_UNAVAILABLE = 6  /* no such device or instruction set here; the message says why */
};

/* Why the last call of this thread failed; "" if it did not. Valid until the thread's next call. */
FLOWLINE_API const char* flowline_last_error(void);

/* A status in words, "invalid argument"; "unknown status" for any other number. */
FLOWLINE_API const char* flowline_status_name(flowline_status status);

/* ---- Context -------------------------------------------------------------------------------- */

/* Device, stream, threads and workspace. Workspace grows to what the largest call needs and stays:
 * a call that is in nothing larger than one before allocates nothing. */
typedef struct flowline_context flowline_context;

enum { FLOWLINE_DEVICE_CPU = 0, FLOWLINE_DEVICE_CUDA = 1 };

enum {
  FLOWLINE_INSTRUCTION_SET_BEST = 0, /* the widest that processor and library have */
  FLOWLINE_INSTRUCTION_SET_BASELINE = 1,
  FLOWLINE_INSTRUCTION_SET_AVX2 = 2,
  FLOWLINE_INSTRUCTION_SET_AVX512 = 3,
  FLOWLINE_INSTRUCTION_SET_NEON = 4
};

typedef struct flowline_context_options {
  uint32_t struct_size; /* sizeof(flowline_context_options) */
  /* 1 to 1024, the caller's included: images and scales are shared out. More than the system gives
   * the process are FLOWLINE_OUT_OF_MEMORY: ask for fewer, or raise its limits. */
  int32_t threads;
  int32_t device;          /* FLOWLINE_DEVICE_... */
  int32_t device_index;    /* of CUDA devices; 0 on the CPU */
  int32_t instruction_set; /* FLOWLINE_INSTRUCTION_SET_...; all of them give the same bits */
  int32_t reserved;        /* 0 */
  void* stream;            /* a cudaStream_t; NULL is the default stream. NULL on the CPU */
} flowline_context_options;

#define FLOWLINE_CONTEXT_OPTIONS_DEFAULT \
  { sizeof(flowline_context_options), 1, FLOWLINE_DEVICE_CPU, 0, 0, 0, NULL }

/* How many CUDA devices this library can use: FLOWLINE_UNAVAILABLE and 0 if none, and the message
 * says why (libflowline_cuda not found beside libflowline, no driver, no device). */
FLOWLINE_API flowline_status flowline_cuda_devices(int32_t* devices);

/* options: NULL for the defaults. context: receives the context, NULL on failure; the caller
 * destroys it. A CUDA device that cannot be had is FLOWLINE_UNAVAILABLE: whether to go on with the
 * CPU is the caller's to decide. */
FLOWLINE_API flowline_status flowline_context_create(const flowline_context_options* options,
                                                     flowline_context** context);

/* Ends the threads and frees the workspace, after the work on its stream. NULL is allowed. */
FLOWLINE_API void flowline_context_destroy(flowline_context* context);

/* Where it computes, for people: "CPU, 2 threads, AVX-512", "CUDA device 0, NVIDIA H200". Valid
 * until the context is destroyed; "" for NULL. */
FLOWLINE_API const char* flowline_context_description(const flowline_context* context);

/* The stream of the calls to come, a cudaStream_t of the context's device. The workspace is shared
 * by all: work of two streams must not overlap. A stream of another device is
 * FLOWLINE_INVALID_ARGUMENT, as far as CUDA (12.8) tells, and any but NULL for a context on the CPU.
 */
FLOWLINE_API flowline_status flowline_context_set_stream(flowline_context* context, void* stream);

/* ---- Tensors -------------------------------------------------------------------------------- */

enum { FLOWLINE_FLOAT32 = 0, FLOWLINE_FLOAT16 = 1, FLOWLINE_BFLOAT16 = 2 };

/* A batch of images (batch, channels, height, width), of the context's device. Arithmetic is in
 * float32, to which the shorter types convert exactly. */
typedef struct flowline_tensor {
  uint32_t struct_size; /* sizeof(flowline_tensor) */
  int32_t type;         /* FLOWLINE_FLOAT32, _FLOAT16 or _BFLOAT16 */
  const void* data;     /* element (0, 0, 0, 0) */
  int64_t batch;
  int64_t channels;
  int64_t height;
  int64_t width;
  /* Distances in elements, not negative; all four 0 for dense, (batch, channels, height, width)
   * row-major. Else all four count: along one that is 0 the same elements are read again. Channels
   * last is batch_stride height * width * channels, channel_stride 1, row_stride width * channels,
   * column_stride channels. */
  int64_t batch_stride;
  int64_t channel_stride;
  int64_t row_stride;
  int64_t column_stride;
} flowline_tensor;

/* ---- Segmentation --------------------------------------------------------------------------- */

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
  /* For every region, sum over l of n_l sum over r = 1..n_l of alpha beta^r / r (the paper). Ruled
   * by the largest shapes of the largest scale: log10 N_T is 477 for 28 x 28 and 14 x 14, and on
   * finer scales no small region can be meaningful. */
  FLOWLINE_TESTS_PUBLISHED = 0,
  /* A region of r pixels at scale l is charged N_T(l, r) = S n_l alpha beta^r / r, S = sum of the
   * n_l. The expected number of false alarms stays at most epsilon, and small regions can be found
   * on scales of any size. Regions compete by log10 PFA + log10 N_T(l, r); positions of no region
   * count as PFA = 1 at the price of one pixel: no position has more. */
  FLOWLINE_TESTS_BY_SIZE = 1
};

/* The law of regions in good images, measured: instead of chi-square energies and independent
 * positions, which latents of real parts do not have. It is of one map, the joint map: the anomaly
 * map (see flowline_maps) of all scales at the size of the finest one. A region is a connected
 * component (4 neighbours) of the positions that reach some level; m is the lowest of its levels.
 * Class k is of regions of 2^k to 2^(k + 1) - 1 positions, the last class of all larger ones.
 *
 *     log10 PFA of a region = log10 of the probability that a good image has a region of at least
 *                             2^k positions that reaches m, k its class
 *     log10 NFA             = log10 PFA + log10 classes
 *
 * so that epsilon classes of a good image alarm on average, if the law is true. Nothing is said of
 * how latents are distributed, nor that positions are independent. log10 PFA is interpolated
 * linearly between the knots; it is 0 up to the first, and constant from the last one on. Every
 * position has the smallest log10 NFA of all regions that hold it, but for those that hold one more
 * than twice as meaningful: the surroundings of a strong defect are not a defect. `smallest` is that
 * of all regions.
 *
 * flowline_region_law_fit makes one of good images. Both arrays are of the context's device, where a
 * CUDA context does not check what they hold. */
typedef struct flowline_region_law {
  uint32_t struct_size;    /* sizeof(flowline_region_law) */
  int32_t classes;         /* 1 to 29 */
  int32_t knots;           /* 2 to 65536 */
  int32_t reserved;        /* 0 */
  const float* level;      /* (knots), strictly ascending */
  const double* log10_pfa; /* (classes, knots), 0 at the first knot, not rising, finite */
} flowline_region_law;

typedef struct flowline_segment_options {
  uint32_t struct_size;    /* sizeof(flowline_segment_options) */
  int32_t pfa_bound;       /* FLOWLINE_PFA_... */
  int32_t number_of_tests; /* FLOWLINE_TESTS_... */
  int32_t reserved;        /* 0 */
  /* Where to look, in pixels of the maps: inside the region of interest, which lies in the maps
   * (all four 0: everywhere), and where `ignore` is 0. Position (y, x) of a scale of h by w is
   * tested if the pixel at its centre is looked at: (floor((y + 1/2) height / h), floor((x +
   * 1/2) width / w)). What is not tested is as if it were not there: n_l counts the positions that
   * are, image by image, no region reaches over the others, and a scale of which none is tested
   * takes no part. */
  int64_t roi_x, roi_y, roi_width, roi_height;
  const uint8_t* ignore;       /* (height, width) of the maps, host memory; NULL: ignore nothing */
  int64_t ignore_batch_stride; /* from an image's mask to the next, or 0: one mask for all */
  /* NULL: chi-square energies, by pfa_bound and number_of_tests. Else these two are not read, and
   * log10_nfa and smallest come from the joint map by this law. Tested are the positions of the
   * joint map; at those that are looked at it has been interpolated from others, too. */
  const flowline_region_law* law;
} flowline_segment_options;

#define FLOWLINE_SEGMENT_OPTIONS_DEFAULT                                                           \
  {                                                                                                \
    sizeof(flowline_segment_options), FLOWLINE_PFA_CHERNOFF, FLOWLINE_TESTS_PUBLISHED, 0, 0, 0, 0, \
        0, NULL, 0, NULL                                                                           \
  }

/* What is asked for: each output may be NULL. All are of the context's device. */
typedef struct flowline_maps {
  uint32_t struct_size; /* sizeof(flowline_maps) */
  uint32_t reserved;    /* 0 */
  int64_t height;       /* of the maps, whatever the scales' sizes */
  int64_t width;
  /* (batch, height, width): is it a defect? Each scale's map of log10 PFA (0 where there is no
   * region) plus log10 of the number of tests, interpolated bilinearly (corners not aligned); of
   * the scales the minimum. FLT_MAX at pixels that are not looked at, and at all pixels of an image
   * of which no position is tested. Values below -FLT_MAX are stored as -FLT_MAX. */
  float* log10_nfa;
  /* (batch): the smallest log10 NFA of any region of any scale before interpolation, the
   * background's where there is no region. It does not depend on the maps' size. No pixel of
   * log10_nfa lies below it, but the map, which interpolates between a region and what surrounds
   * it, need not reach it. FLT_MAX for an image of which no position is tested. */
  float* smallest;
  /* (batch, height, width), in [0, 1]: how strange? 1 - mean over scales of exp(-1/2 mean over
   * channels of z squared), each scale interpolated bilinearly (corners not aligned). The region of
   * interest and `ignore` do not touch it. */
  float* anomaly_map;
  float* anomaly_score; /* (batch): the largest value of anomaly_map */
  /* (batch, H0, W0), where H0 by W0 is the size of latents[0], the finest scale: the fused map. It is
   * the anomaly map of all scales at that size, bit for bit what anomaly_map receives when the maps
   * are H0 by W0. flowline_region_maxima measures it, and a region law judges it. */
  float* fused_map;
  /* (batch, scales): the mean over the positions of a scale of sum over channels of z squared / C,
   * which is 1 on average for white noise. Like fused_map and channel_means it does not depend on the
   * region of interest or on `ignore`. */
  double* mean_energies;
  /* (batch, sum of the scales' channels): the mean over the positions of each channel of z, finest
   * scale first. Both means are summed in double, position i into sum i mod 8, and the eight sums
   * are added pairwise. */
  double* channel_means;
} flowline_maps;

/* Latents to maps.
 *
 * latents: `scales` of them, finest first, all of one batch size; types, channels and sizes may
 *     differ, and the sizes need have nothing to do with the maps'.
 * options: NULL for the defaults.
 *
 * A latent whose energy is not finite in float32 is FLOWLINE_NOT_FINITE on the CPU. On a CUDA
 * device, where the call returns before the energy is known, such an image's outputs are all NaN;
 * the other images' are not touched by it. */
FLOWLINE_API flowline_status flowline_segment(flowline_context* context,
                                              const flowline_tensor* latents, int32_t scales,
                                              const flowline_segment_options* options,
                                              const flowline_maps* maps);

/* Grows the workspace to what this flowline_segment needs, and does nothing else: the call itself,
 * and every smaller one, then allocates nothing. The pointers to data are not followed: the
 * latents' may be NULL, and of maps' it matters which are. */
FLOWLINE_API flowline_status flowline_reserve(flowline_context* context,
                                              const flowline_tensor* latents, int32_t scales,
                                              const flowline_segment_options* options,
                                              const flowline_maps* maps);

/* ---- Regions -------------------------------------------------------------------------------- */

/* A connected component of the pixels with log10 NFA < log10 epsilon, in pixels of the map. Pixels
 * at FLT_MAX, which were not looked at, are in none. */
typedef struct flowline_region {
  int32_t x, y;          /* left and top of its box */
  int32_t width, height; /* of its box */
  int64_t area;
  double centroid_x, centroid_y; /* means of its pixels' x and y */
  int32_t peak_x, peak_y;        /* where log10_nfa is attained; the first in row-major order */
  float log10_nfa;               /* the smallest in it */
  int32_t reserved;              /* 0 */
} flowline_region;

/* The regions of one map, most meaningful first (by log10_nfa, then by their first pixel).
 *
 * log10_nfa: (height, width), no NaN, host memory for every context. connectivity: 4 or 8.
 * regions: receives the first `capacity`; may be NULL if capacity is 0.
 * count: receives how many there are, which may be more than capacity: then a second call with so
 *     much room receives all. */
FLOWLINE_API flowline_status flowline_regions(flowline_context* context, const float* log10_nfa,
                                              int64_t height, int64_t width, double log10_epsilon,
                                              int32_t connectivity, flowline_region* regions,
                                              int64_t capacity, int64_t* count);

/* ---- Calibration ----------------------------------------------------------------------------
 *
 * From good images alone, in three steps; example: examples/c/calibrate.c. Of some that the flow
 * was not trained on take the joint map (flowline_segment with maps of the finest scale's size and
 * an anomaly map) and its maxima; fit the law; then, of others, take `smallest` by that law, and
 * from these log10_epsilon. An image is a defect where smallest < log10_epsilon. The promise of that
 * threshold rests on neither law nor latents, only on new good images being like those that set it
 * and did nothing else. */

/* Of each class the highest level that a region of at least 2^k positions reaches, which is what a
 * law is measured from. Host memory for every context.
 *
 * map: (height, width), finite.
 * classes: 1 to 29; Flowline's models take those up to a quarter of the map, 1 + floor(log2(height
 *     width / 4)), so that the last one is of all regions that are larger.
 * maxima: (classes), receives them; -infinity where the map has fewer than 2^k positions. */
FLOWLINE_API flowline_status flowline_region_maxima(flowline_context* context, const float* map,
                                                    int64_t height, int64_t width, int32_t classes,
                                                    float* maxima);

/* Room for the knots of a law that flowline_region_law_fit makes; it never grows. */
#define FLOWLINE_LAW_KNOTS 161

/* The law of good images, for flowline_region_law. Of a class's n maxima x, on g = -ln(1 - x +
 * 1e-5), P(g' >= g) is counted up to a threshold u, (1 + how many reach g) / (n + 1). Above it is the
 * predictive law of an exponential tail whose scale was estimated from the k = max(5, floor(n / 2))
 * excesses over u, the largest but k, whose mean is b: (k + 1) / (n + 1) (1 + (g - u) / (k b))^-k, a
 * generalised Pareto law of shape 1 / k. A class is no more probable than the one before. What is
 * below 1 / (n + 1) is extrapolated; where no maximum exceeds u, nothing is. The same bits on every
 * platform. Host memory.
 *
 * maxima: (images, classes), each in [0, 1] and not rising along the classes.
 * images: n, 10 to 2^30. classes: 1 to 29.
 * level: room for FLOWLINE_LAW_KNOTS, receives (knots), from the smallest maximum, or below it where that is 1,
 *     to 1.
 * log10_pfa: room for classes * FLOWLINE_LAW_KNOTS, receives (classes, knots).
 * knots: receives how many. */
FLOWLINE_API flowline_status flowline_region_law_fit(const float* maxima, int64_t images,
                                                     int32_t classes, float* level,
                                                     double* log10_pfa, int32_t* knots);

/* The threshold that promises a false-alarm rate by image: the j-th smallest of n scores. On
 * average over the choice of the n images a new one is below it with a probability of at most j / (n
 * + 1) (split conformal prediction, Vovk 2005), j = floor(rate (n + 1)). With a confidence the rate
 * is kept for that share of such choices (the tolerance limit of Wilks 1941): j is the largest with
 * P(Bin(n, rate) >= j) >= confidence. Of too few images j is 1. Host memory.
 *
 * smallest: (images), of good images that did nothing else; no NaN.
 * images: n, 1 to 2^24. rate: asked for, in (0, 1). confidence: in [1e-6, 1), or 0 for on average.
 * log10_epsilon: receives the threshold: smallest < log10_epsilon is a defect.
 * promised: receives what can be promised, at most `rate` unless the images are too few: it takes 1
 *     / rate - 1 of them, with a confidence ln(1 - confidence) / ln(1 - rate). */
FLOWLINE_API flowline_status flowline_log10_epsilon(const float* smallest, int64_t images,
                                                    double rate, double confidence,
                                                    float* log10_epsilon, double* promised);

/* ---- The parts of the method ---------------------------------------------------------------- */

/* energy: (batch, height, width) of the context's device, receives the sum over channels of z
 * squared. Summed in float32: runs of 64 channels in ascending order, then the runs' sums in
 * ascending order. It may be NaN or infinite where the latent's values are such or large. */
FLOWLINE_API flowline_status flowline_energy(flowline_context* context,
                                             const flowline_tensor* latent, float* energy);

/* The component tree of the upper level sets of a map (max-tree). A node is a connected component
 * of {map >= altitude}; its own pixels are those of it that equal the altitude. Nodes are numbered
 * by ascending (altitude, smallest own pixel), so that a parent's number is smaller than its
 * children's and node 0 is the root, the whole map. Host memory for every context.
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
 * Host memory for every context.
 *
 * levels: (height, width), finite: the map whose tree is taken.
 * energies: (height, width), finite and not negative, from which a region's minimum is taken; NULL
 *     to take it from levels, which then must not be negative.
 * channels: degrees of freedom, 1 to 2^28.
 * total_pixels: S, at least height * width; read by FLOWLINE_TESTS_BY_SIZE alone.
 * options: NULL for the defaults; of the members pfa_bound and number_of_tests are read.
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

/* ---- The elementwise half of a coupling block ----------------------------------------------- */

/* The soft clamp of the raw log-scale. */
enum {
  FLOWLINE_CLAMP_TANH = 0,        /* s = alpha tanh(a) */
  FLOWLINE_CLAMP_TANH_SCALED = 1, /* s = alpha tanh(a / alpha) */
  FLOWLINE_CLAMP_ATAN = 2         /* s = alpha 0.636 atan(a / alpha) */
};

/* An affine coupling, a global affine and a channel permutation in one pass over memory. The C1 = C
 * - floor(C / 2) first channels x1 pass through, the last C2 = floor(C / 2), x2, are transformed:
 *
 *     a = subnet_scale * subnet[0 .. C2),  t = subnet_scale * subnet[C2 .. 2 C2)
 *     y1 = x1,  y2 = x2 exp(clamp(a)) + t
 *     output[c] = gain[p] y[p] + offset[p] with p = permutation[c]
 *     logDetJacobian += sum of clamp(a) + height * width * sum over c of ln gain[c]
 *
 * The subnet's input x1 is a convolution's business and not of this library. NaN and infinite
 * elements of input and subnet are not looked for: they go where these formulas take them, into the
 * log-det too. */
typedef struct flowline_coupling {
  uint32_t struct_size; /* sizeof(flowline_coupling) */
  int32_t clamp;        /* FLOWLINE_CLAMP_... */
  float alpha;          /* of the clamp, positive */
  float subnet_scale;   /* finite; 0.1 in U-Flow */
  /* (C) each, of the context's device, where a CUDA context does not check what they hold. */
  const float* gain;          /* positive and finite; NULL: 1 */
  const float* offset;        /* finite; NULL: 0 */
  const int32_t* permutation; /* of 0 .. C - 1; NULL: the identity */
} flowline_coupling;

/* Forward.
 *
 * input: float32 (N, C, H, W), C at least 2, under whose strides no two elements share a place.
 * subnet: float32 (N, 2 C2, H, W), computed from x1.
 * output: as input, with its strides.
 * log_det: (N), to which the coupling's is added, in double and a fixed order; NULL if it is not
 *     wanted. Of the context's device, all of them. */
FLOWLINE_API flowline_status flowline_coupling_forward(flowline_context* context,
                                                       const flowline_coupling* coupling,
                                                       const flowline_tensor* input,
                                                       const flowline_tensor* subnet, float* output,
                                                       double* log_det);

/* The inverse, in two steps because the subnet is in between. First undo permutation and affine:
 *     y[p] = (input[c] - offset[p]) / gain[p]
 * of which the first C1 channels are x1; then, with the subnet computed from them, x2 = (y2 - t)
 * exp(-clamp(a)) in place.
 *
 * input: float32 (N, C, H, W), a forward output. output: as input, with its strides, receives y.
 * latent: y; its last C2 channels are overwritten with x2.
 * log_det: as forward, lowered by the same. */
FLOWLINE_API flowline_status flowline_coupling_undo_affine(flowline_context* context,
                                                           const flowline_coupling* coupling,
                                                           const flowline_tensor* input,
                                                           float* output, double* log_det);
FLOWLINE_API flowline_status flowline_coupling_inverse(flowline_context* context,
                                                       const flowline_coupling* coupling,
                                                       const flowline_tensor* latent,
                                                       const flowline_tensor* subnet,
                                                       double* log_det);

#ifdef __cplusplus
}
#endif
#endif
