/* libflowline: is it a defect? An a contrario test on the latents of a normalizing flow.
 *
 * A flow that was trained on good images turns an image into latents that are white noise where the
 * image is good. libflowline searches each scale of the latents for connected regions whose energy
 * (the sum over the channels of z squared) is too high to be chance. It gives every pixel the
 * base-10 logarithm of its number of false alarms (NFA): the number of equally meaningful regions
 * that white noise shows on average in one image. A small NFA is meaningful. If every pixel with a
 * log10 NFA below 0 counts as a defect, white noise gives one false alarm per image on average;
 * below -2, one per hundred images. The method is that of U-Flow (Tailanian et al., 2023), sections
 * 3.4.1 to 3.4.3.
 *
 * One call gives the verdict and the regions, flowline_inspect; flowline_segment gives the maps. A
 * complete program in C99 (cc defects.c -lflowline):
 *
 *     #include <flowline/flowline.h>
 *     #include <stdio.h>
 *
 *     int main(void) {
 *       static float z[16 * 28 * 28];  // (C, H, W), a flow's
 *       z[10 * 28 + 12] = 16.0f;       // a bright position
 *       flowline_tensor latent = {.struct_size = sizeof latent, .data = z,
 *                                 .batch = 1, .channels = 16, .height = 28, .width = 28};
 *       flowline_verdict verdict;
 *       flowline_region found[8];
 *       int64_t count;
 *       flowline_inspection inspection = {.struct_size = sizeof inspection,
 *                                         .height = 256, .width = 256, .log10_epsilon = -2,
 *                                         .verdict = &verdict, .regions = found, .capacity = 8,
 *                                         .region_count = &count};
 *       flowline_context* context;
 *       if (flowline_context_create(NULL, &context) ||
 *           flowline_inspect(context, &latent, 1, NULL, &inspection))
 *         return fprintf(stderr, "%s\n", flowline_last_error()), 1;
 *       puts(verdict == FLOWLINE_DEFECT ? "defect" :
 *            verdict == FLOWLINE_GOOD ? "good" : "not inspected");
 *       for (int i = 0; i < count && i < 8; i++)
 *         printf("at %d, %d, log10 NFA %g\n", found[i].x, found[i].y, found[i].log10_nfa);
 *       flowline_context_destroy(context);
 *     }
 *
 * Rules that hold throughout:
 * - Errors. A call returns a status, unless it cannot fail. If the status is not FLOWLINE_OK,
 *   flowline_last_error() on the same thread says what was wrong and names the argument; the
 *   contents of the outputs are then unspecified, and the context can be used as before. No call
 *   throws, prints or exits.
 * - Memory. The caller owns all memory that it passes in, and the library keeps no pointer after a
 *   call. A pointer must not be NULL unless its description allows NULL. Arrays without strides are
 *   dense, row-major and aligned to their element; their shape is given in parentheses. An output
 *   must not overlap an input or another output, unless its description allows it.
 * - Limits. A map has at most 2^28 positions, a latent 1 to 2^28 channels, a batch 1 to 2^30
 *   images, a call 1 to 64 scales.
 * - Threads. One thread at a time may use a context; it may be handed on to another thread. A call
 *   that finds its context in use by another thread returns FLOWLINE_INVALID_ARGUMENT.
 *   Different contexts may be used at the same time, and so may all functions without a context. A
 *   context with several threads distributes the images and scales of a call among them; an image
 *   with one scale is the work of a single thread. The threads of a context are named "flowline-1",
 *   "flowline-2" and so on, and block all signals but those of their own faults (SIGSEGV and its
 *   like). After fork() the child must create its own contexts; flowline_context_options.parallel has
 *   one more rule for them.
 * - Results. They depend on the arguments alone: they are the same bits for any number of threads,
 *   any instruction set and any device; layers of a network have a narrower rule, stated there. The
 *   rounding mode, the denormal flags and the trapped exceptions of the calling thread do not change
 *   them, and are as before after a call.
 * - CUDA. A context on a CUDA device takes device pointers where this header says "device memory of
 *   the context", and host pointers everywhere else; flowline_regions takes either. Its calls
 *   enqueue work on the context's stream and return, but for flowline_inspect and flowline_regions,
 *   which wait for their results; the caller synchronises before it reads results or frees memory.
 *   After flowline_reserve, or after a call that was at least as large, a call that does not wait
 *   allocates nothing and can be captured in a CUDA graph. For a context on the CPU, "device memory
 *   of the context" is host memory.
 * - Versions. A structure begins with its own size, so that programs that were built against an
 *   older header keep working: members that the program's structure lacks count as 0, and a
 *   structure of an older size means what it meant in that version. Two meanings have changed since
 *   version 0.2: number_of_tests 0 of flowline_segment_options (72 bytes there) was
 *   FLOWLINE_TESTS_PUBLISHED, and strides of 0 of flowline_tensor (80 bytes there) needed no flag.
 *   NULL has no size: as options it meant FLOWLINE_TESTS_PUBLISHED, and now means the default, also
 *   in a program that was built for 0.2.
 *   If a structure is longer than this library knows, the rest must be zero, or the status is
 *   FLOWLINE_UNSUPPORTED. Members called reserved must be 0. All elements of an array of structures
 *   have the same size.
 *
 * Glossary:
 *   verdict          good, defect, undecided or not inspected; one rule decides it everywhere, that
 *                    of flowline_decide_guarded
 *   guard band       how far below and above the threshold an image is neither good nor a defect
 *                    but undecided; without one flowline_decide decides
 *   energy           the sum over the channels of z squared at one position of a scale
 *   scale            one latent tensor of a call; the finest scale comes first
 *   PFA              probability of false alarm: of a region at least as strong under the null
 *                    hypothesis
 *   NFA              number of false alarms: the PFA times the number of tests
 *   epsilon          the threshold of the NFA: an image shows a defect if and only if its smallest
 *                    log10 NFA (min_log10_nfa) is below log10 epsilon
 *   field of view    the pixels of the maps that are tested: inside the region of interest, and not
 *                    ignored (flowline_segment_options)
 *   in view          in the field of view; the other pixels are out of view
 *   fused map        the anomaly map of all scales at the size of the finest scale
 *   size class       the regions of 2^k to 2^(k + 1) - 1 positions are class k
 *   region law       the distribution of the strongest region of good images, measured by size
 *                    class; it takes the place of the theoretical PFA (flowline_region_law)
 *   baseline         the median likelihood, 1 - level, of an image; a relative law judges levels
 *                    relative to it
 *   guaranteed rate  the false-alarm rate that a threshold keeps whatever the latents are; the
 *                    argument `promised` of flowline_log10_epsilon receives it
 *   p-value          the probability with which a good image is at least as anomalous as this one
 *                    (flowline_p_value)
 *   out of fold      of an image, by a flow that was trained on all folds but that of the image
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

/* The version of this header, for #if. */
#define FLOWLINE_VERSION_MAJOR 0
#define FLOWLINE_VERSION_MINOR 3
#define FLOWLINE_VERSION_PATCH 0

/* Returns the version of the library, "major.minor.patch". */
FLOWLINE_API const char* flowline_version(void);

/* ---- Statuses ------------------------------------------------------------------------------- */

typedef int32_t flowline_status;
enum {
  FLOWLINE_OK = 0,
  FLOWLINE_INVALID_ARGUMENT = 1, /* the message names the argument, its value and its bound */
  FLOWLINE_NOT_FINITE = 2,       /* NaN or infinite data; the message names its position */
  FLOWLINE_OUT_OF_MEMORY = 3,
  FLOWLINE_UNSUPPORTED = 4,   /* a structure asks for something that this version does not know */
  FLOWLINE_INTERNAL = 5,      /* a defect of the library: please report it with the message */
  FLOWLINE_UNAVAILABLE = 6,   /* this machine has no such device or instruction set */
  FLOWLINE_TOO_FEW_IMAGES = 7 /* fewer than a false-alarm rate takes; results are set */
};

/* Returns why the last call of this thread failed, "" if it succeeded. The text is valid until the
 * next call of this thread. */
FLOWLINE_API const char* flowline_last_error(void);

/* Sets what flowline_last_error returns on this thread, and returns the status: for libraries over
 * this one, such as libflowline_inspect, whose callers then ask in one place.
 *
 * message: copied, the first 1023 bytes; NULL for "". */
FLOWLINE_API flowline_status flowline_set_last_error(flowline_status status, const char* message);

/* Returns a status in words, such as "invalid argument"; "unknown status" for any other number. */
FLOWLINE_API const char* flowline_status_name(flowline_status status);

/* ---- Context -------------------------------------------------------------------------------- */

/* A device, its stream, its threads and a workspace. The workspace grows to what the largest call
 * needs and is kept: a call allocates nothing if an earlier one was as large in every respect. */
typedef struct flowline_context flowline_context;

enum { FLOWLINE_DEVICE_CPU = 0, FLOWLINE_DEVICE_CUDA = 1 };

enum {
  FLOWLINE_INSTRUCTION_SET_BEST = 0, /* the widest one that processor and library have */
  FLOWLINE_INSTRUCTION_SET_BASELINE = 1,
  FLOWLINE_INSTRUCTION_SET_AVX2 = 2,
  FLOWLINE_INSTRUCTION_SET_AVX512 = 3,
  FLOWLINE_INSTRUCTION_SET_NEON = 4
};

/* Runs work(argument) on as many threads at once, the calling one among them, or on fewer if it has no
 * more, and returns when all have returned. flags: 0. It is the signature of libgomp's GOMP_parallel. */
typedef void (*flowline_parallel)(void (*work)(void* argument), void* argument, unsigned threads,
                                  unsigned flags);

typedef struct flowline_context_options {
  uint32_t struct_size; /* sizeof(flowline_context_options) */
  /* 1 to 1024, the caller's thread included. If the system refuses so many, the status is
   * FLOWLINE_OUT_OF_MEMORY: ask for fewer, or raise the limits of the system. A context on a CUDA
   * device starts no threads and ignores the number. */
  int32_t threads;
  int32_t device;       /* FLOWLINE_DEVICE_... */
  int32_t device_index; /* which CUDA device; 0 on the CPU */
  /* FLOWLINE_INSTRUCTION_SET_...; all of them give the same bits, except that layers (convolutions,
   * stages, those of a transformer) have other bits on a set without a fused multiply-add. */
  int32_t instruction_set;
  int32_t reserved; /* 0 */
  void* stream;     /* a cudaStream_t; NULL is the default stream. NULL on the CPU */
  /* NULL: the context starts threads - 1 threads of its own. Otherwise it starts none, and this
   * function runs its work: GOMP_parallel, in a program whose other work is OpenMP's, so that there
   * are not two sets of threads, of which one spins while the other wants the processor. A context
   * on a CUDA device ignores it.
   * After fork() libgomp's threads are not in the child, and GOMP_parallel waits for them for ever if
   * the parent had started any: there, contexts have NULL here, or one thread, until exec(). */
  flowline_parallel parallel;
} flowline_context_options;

/* One thread on the CPU, with the best instruction set. */
#define FLOWLINE_CONTEXT_OPTIONS_DEFAULT \
  { sizeof(flowline_context_options), 1, FLOWLINE_DEVICE_CPU, 0, 0, 0, NULL, NULL }

/* Counts the CUDA devices that this library can use.
 *
 * devices: receives the count, 0 if there are none.
 *
 * Without any the status is FLOWLINE_UNAVAILABLE, and the message says why: libflowline_cuda was
 * not found beside libflowline, or there is no driver or no device. */
FLOWLINE_API flowline_status flowline_cuda_devices(int32_t* devices);

/* Creates a context.
 *
 * options: NULL for the defaults.
 * context: receives the context, which the caller destroys; NULL on failure.
 *
 * If a CUDA device cannot be had, the status is FLOWLINE_UNAVAILABLE; the library does not fall
 * back to the CPU by itself. */
FLOWLINE_API flowline_status flowline_context_create(const flowline_context_options* options,
                                                     flowline_context** context);

/* Waits for the work on the context's stream, ends its threads and frees its workspace. context may
 * be NULL. */
FLOWLINE_API void flowline_context_destroy(flowline_context* context);

/* Returns where a context computes, for people: "CPU, 2 threads, AVX-512", "CUDA device 0, NVIDIA
 * H200". The text is valid until the context is destroyed; "" for NULL. */
FLOWLINE_API const char* flowline_context_description(const flowline_context* context);

/* Sets the stream of the calls that follow.
 *
 * stream: a cudaStream_t of the context's device. For a context on the CPU it must be NULL.
 *
 * All streams share one workspace: the work of two streams must not overlap in time. If the stream
 * is of another device and CUDA (12.8 and newer) reports it, the status is
 * FLOWLINE_INVALID_ARGUMENT. */
FLOWLINE_API flowline_status flowline_context_set_stream(flowline_context* context, void* stream);

/* ---- Tensors -------------------------------------------------------------------------------- */

enum { FLOWLINE_FLOAT32 = 0, FLOWLINE_FLOAT16 = 1, FLOWLINE_BFLOAT16 = 2 };

/* A flag of a tensor: a distance of 0 is meant, and reads the same elements again and again.
 * Without it such a distance along a dimension of more than one element is an error, because a
 * distance that was forgotten looks the same. The tensors of programs that were built for version
 * 0.2 end before their flags: in them such a distance is meant, as it was. */
enum { FLOWLINE_TENSOR_BROADCAST = 1 };

/* A batch of images (batch, channels, height, width) in device memory of the context. Arithmetic is
 * in float32, to which the shorter types convert exactly. */
typedef struct flowline_tensor {
  uint32_t struct_size; /* sizeof(flowline_tensor) */
  int32_t type;         /* FLOWLINE_FLOAT32, _FLOAT16 or _BFLOAT16 */
  const void* data;     /* element (0, 0, 0, 0) */
  int64_t batch;
  int64_t channels;
  int64_t height;
  int64_t width;
  /* Distances in elements, not negative. If all four are 0, and without FLOWLINE_TENSOR_BROADCAST,
   * the tensor is dense and row-major. Otherwise all four count. A tensor with its channels last
   * has batch_stride height * width * channels, channel_stride 1, row_stride width * channels and
   * column_stride channels. */
  int64_t batch_stride;
  int64_t channel_stride;
  int64_t row_stride;
  int64_t column_stride;
  uint32_t flags;    /* 0 or FLOWLINE_TENSOR_BROADCAST; others are FLOWLINE_UNSUPPORTED */
  uint32_t reserved; /* 0 */
} flowline_tensor;

/* ---- Frames --------------------------------------------------------------------------------- */

/* How the pixels of a frame lie in memory, those of a row one after the other. No format has the
 * number 0: a format that was forgotten is an error, because colours in the wrong order are not
 * noticed. An alpha channel is dropped. */
enum {
  FLOWLINE_FRAME_GRAY8 = 1,
  FLOWLINE_FRAME_GRAY16 = 2, /* in the byte order of the machine; so is RGB16 */
  FLOWLINE_FRAME_RGB8 = 3,
  FLOWLINE_FRAME_BGR8 = 4,
  FLOWLINE_FRAME_RGBA8 = 5,
  FLOWLINE_FRAME_BGRA8 = 6,
  /* A Bayer pattern, named by its first two pixels and the two below them. A colour that a pixel
   * lacks is the mean of its neighbours of this colour, two or four, rounded half up; beyond its
   * borders the image is mirrored at its outermost pixels. */
  FLOWLINE_FRAME_BAYER_RGGB8 = 7,
  FLOWLINE_FRAME_BAYER_GRBG8 = 8,
  FLOWLINE_FRAME_BAYER_GBRG8 = 9,
  FLOWLINE_FRAME_BAYER_BGGR8 = 10,
  FLOWLINE_FRAME_RGB16 = 11
};

/* A camera's frame as it lies in host memory, and the part of it that is looked at. The part is an
 * image of its own: no pixel beside it has an influence. */
typedef struct flowline_frame {
  uint32_t struct_size; /* sizeof(flowline_frame) */
  int32_t format;       /* FLOWLINE_FRAME_... */
  const void* data;     /* the first pixel; 16-bit formats are aligned to 2 bytes */
  int64_t height;       /* of the frame, 1 to 2^20 */
  int64_t width;        /* likewise */
  int64_t row_bytes;    /* from a row to the next, at least those of its pixels; 0: no gaps */
  /* The part; if all four are 0 (or missing) the whole frame. It lies inside the frame, and has at
   * least 2 x 2 pixels of a Bayer pattern. */
  int64_t crop_x;
  int64_t crop_y;
  int64_t crop_width;
  int64_t crop_height;
  /* That this frame's samples really have, 8 to 16 in a 16-bit format and 8 in others: larger samples
   * are white. 0: those of flowline_preprocessing. A camera of 12 bits has 12. */
  int32_t bits;
  int32_t reserved; /* 0 */
} flowline_frame;

/* How a network's input is made from an image; a model of Flowline states it. */
typedef struct flowline_preprocessing {
  uint32_t struct_size; /* sizeof(flowline_preprocessing) */
  int32_t bits;   /* that samples of 16 bits really have, 8 to 16: larger ones are white; 0: 16,
                           without this limit. A frame's own bits come before them. */
  int64_t height; /* of the input, 1 to 2^16, and height * width at most 2^26 */
  int64_t width;
  float mean[3];      /* of red, green, blue in [0, 1]; finite */
  float deviation[3]; /* positive and finite */
} flowline_preprocessing;

/* Makes the input of a network from frames: resized to exactly height x width, grey repeated to three
 * channels, scaled to [0, 1], then (x - mean) / deviation by channel. Host memory for every context;
 * the CPU computes it. To the bit it is what models of Flowline are trained on.
 *
 * The resize is bilinear and antialiased as that of PIL, and of torchvision with it: a triangle as
 * wide as two pixels of the input when it shrinks, two pixels of the image when it enlarges. 8-bit
 * samples are resized in fixed point and rounded after each dimension, first across, then down, as
 * in PIL. 16-bit samples are summed in float32.
 *
 * frames: (count), whose sizes and formats may differ.
 * count: 1 to 2^30.
 * input: (count, 3, height, width), receives the input.
 *
 * It allocates nothing after a call with the same preprocessing whose frames were of the same formats
 * and as large. A context with several threads shares the rows of each frame out among them. */
FLOWLINE_API flowline_status flowline_preprocess(flowline_context* context,
                                                 const flowline_frame* frames, int64_t count,
                                                 const flowline_preprocessing* preprocessing,
                                                 float* input);

/* ---- Segmentation --------------------------------------------------------------------------- */

/* How the PFA of a region R is computed: the probability that all of its pixels reach the energy m,
 * its smallest. The null hypothesis is that the energy of C channels is chi-square with C degrees
 * of freedom, and that pixels are independent. */
enum {
  /* The Chernoff bound: log10 PFA = -|R| C/2 (m/C - 1 - ln(m/C)) / ln 10 for m > C, else 0. */
  FLOWLINE_PFA_CHERNOFF = 0,
  /* The same formula for every m, as in the program that the authors released. For m < C it does
   * not bound the upper tail, and large regions that are quieter than average are detected. */
  FLOWLINE_PFA_AS_RELEASED = 1,
  /* The tail: log10 PFA = |R| log10 Q(C/2, m/2), Q the regularised upper incomplete gamma. */
  FLOWLINE_PFA_EXACT = 2
};

/* How many tests the PFA of a region is multiplied by. There are about alpha beta^r / r polyominoes
 * of r cells, alpha = 0.316915, beta = 4.062570. n_l is the number of positions of scale l. */
enum {
  /* What options that are not set have: FLOWLINE_TESTS_BY_SIZE, which finds small regions. */
  FLOWLINE_TESTS_DEFAULT = 0,
  /* A number that depends on the size of the region: N_T(l, r) = S n_l alpha beta^r / r for a
   * region of r pixels at scale l, S the sum of the n_l. The expected number of false alarms stays
   * at most epsilon, and small regions can be found at scales of any size. Regions compete by log10
   * PFA + log10 N_T(l, r). A position in no region counts as a region of one pixel with PFA = 1,
   * and no position has a larger value. */
  FLOWLINE_TESTS_BY_SIZE = 1,
  /* The same number for every region, as in the paper: the sum over l of n_l times the sum over r =
   * 1..n_l of alpha beta^r / r. The largest shapes of the largest scale dominate it: for scales of
   * 28 x 28 and 14 x 14 its log10 is 477, and no small region of a finer scale is meaningful. */
  FLOWLINE_TESTS_PUBLISHED = 2
};

/* The region law of good images. It replaces chi-square energies and independent positions, which
 * the latents of real parts do not have, by what was measured. It judges the fused map: the anomaly
 * map (see flowline_maps) of all scales at the size of the finest scale.
 *
 * A region is a connected component (4 neighbours) of the positions that reach some level; m is the
 * lowest of its levels. Class k holds the regions of 2^k to 2^(k + 1) - 1 positions, and the last
 * class all larger ones too.
 *
 *     log10 PFA of a region = log10 of the probability that a good image has a region of at least
 *                             2^k positions that reaches m, k its class
 *     log10 NFA             = log10 PFA + log10 classes
 *
 * A law with a baseline is relative: it judges levels relative to their own image. An image's
 * baseline is the median of its likelihoods, 1 - level, over the tested positions (of an even
 * number, that of the upper of the two levels), at least 2^-24. Its level m becomes
 *
 *     max(0, 1 - (1 - m) / (2 baseline^e))
 *
 * e is baseline_exponent: how much of what is strange about an image as a whole its strongest
 * regions share, as good images have it (flowline_baseline_exponent). If it is 1, the level is 1/2 at
 * the baseline, so that an image that is stranger all over, such as one of another batch, hides
 * small defects less, and looks less like one. That it is stranger all over is judged too, as a class
 * of its own that counts as a tenth of one: its level is
 * max(1/2, 1 - (the image's baseline / baseline of good images)^8 / 2), its PFA baseline_log10_pfa.
 * Baselines of good images differ by a few percent; the power spreads them over the knots.
 *
 *     log10 NFA of a region   = log10 PFA + log10 (classes + 0.1)
 *     log10 NFA of a baseline = log10 PFA + log10 (classes + 0.1) + 1
 *
 * Tested positions have the log10 NFA of the baseline if that of their regions is not smaller, and
 * unless it is outweighed by a region as a region is. If it decides, all that is in view is one
 * detected region.
 *
 * If the law is true, on average epsilon classes of a good image give an alarm. The law assumes
 * nothing about how latents are distributed, nor that positions are independent. log10 PFA is
 * interpolated linearly between the knots; it is 0 up to the first knot, and constant from the last
 * one on. The log10 NFA of a position is the smallest of all regions that contain it, except for
 * regions that contain a region more than twice as meaningful: the surroundings of a strong defect
 * are not a defect. min_log10_nfa is the smallest of all regions and of the baseline.
 *
 * flowline_relative_law_fit makes a relative law from good images, flowline_region_law_fit one of
 * levels as they are. The arrays are device memory of the context; on a CUDA device only
 * flowline_inspect checks what they hold.
 *
 * A law holds only for maps of the size that it was measured on. Set height and width to it: a call
 * whose latents[0] has another size is then refused. */
typedef struct flowline_region_law {
  uint32_t struct_size;             /* sizeof(flowline_region_law) */
  int32_t classes;                  /* 1 to FLOWLINE_LAW_CLASSES */
  int32_t knots;                    /* 2 to 65536 */
  int32_t reserved;                 /* 0 */
  const float* level;               /* (knots), strictly ascending */
  const double* log10_pfa;          /* (classes, knots), 0 at the first knot, not rising, finite */
  int64_t height, width;            /* of the fused maps that it was measured on; both 0: unknown */
  float baseline;                   /* of good images, in (0, 1]; 0: the law is not relative */
  float baseline_exponent;          /* 0, 1/4, 1/2, 3/4 or 1; 0 unless the law is relative */
  const double* baseline_log10_pfa; /* (knots), as a row of log10_pfa; NULL if baseline is 0 */
} flowline_region_law;

/* A field of view that was prepared for many calls: flowline_field_of_view_create. */
typedef struct flowline_field_of_view flowline_field_of_view;

typedef struct flowline_segment_options {
  uint32_t struct_size;    /* sizeof(flowline_segment_options) */
  int32_t pfa_bound;       /* FLOWLINE_PFA_... */
  int32_t number_of_tests; /* FLOWLINE_TESTS_...; before version 0.3 0 was _PUBLISHED */
  int32_t reserved;        /* 0 */
  /* The field of view, in pixels of the maps: inside the region of interest, which lies in the maps
   * (all four 0: everywhere), and where `ignore` is 0. Position (y, x) of a scale of h by w is
   * tested if the pixel at its centre is in view: (floor((y + 1/2) height / h), floor((x + 1/2)
   * width / w)). Other positions do not exist for the test: n_l counts the tested positions of each
   * image, no region extends over others, and a scale without tested positions takes no part. */
  int64_t roi_x, roi_y, roi_width, roi_height;
  const uint8_t* ignore;       /* (height, width) of the maps, host memory; NULL: ignore nothing */
  int64_t ignore_batch_stride; /* from one image's mask to the next, or 0: one mask for all */
  /* NULL for chi-square energies with pfa_bound and number_of_tests. With a law these two are not
   * read: log10_nfa and min_log10_nfa come from the fused map and this law. The tested positions
   * are those of the fused map, which itself is interpolated from all positions. */
  const flowline_region_law* law;
  /* NULL, or the field of view of the call, of the context's device and of maps of this size. roi_x
   * to ignore_batch_stride must then be 0. */
  const flowline_field_of_view* field_of_view;
  /* The least number of positions of a region, if there is a law: smaller regions do not exist for
   * the test, so that none decides. 0 or 1: regions of any size. It must be 0 without a law. A law
   * and a threshold that were measured with another number promise nothing here. */
  int64_t smallest_region;
} flowline_segment_options;

/* The Chernoff bound, the number of tests by size, and the whole image in view: small regions are
 * found. Options of which only struct_size is set mean the same. */
#define FLOWLINE_SEGMENT_OPTIONS_DEFAULT                                                         \
  {                                                                                              \
    sizeof(flowline_segment_options), FLOWLINE_PFA_CHERNOFF, FLOWLINE_TESTS_BY_SIZE, 0, 0, 0, 0, \
        0, NULL, 0, NULL, NULL, 0                                                                \
  }

/* Prepares a field of view: copies its masks, and notes which pixels are out of view. The results
 * of calls that use it are those of calls with the region of interest and the masks themselves, but
 * no call reads a mask, or sends one to a device. It does not change: any number of threads and of
 * contexts of its device may use it at the same time.
 *
 * context: says for which device; it may be destroyed before the field of view.
 * options: NULL for everything in view; only roi_x to ignore_batch_stride are read.
 * height, width: of the maps.
 * batch: how many masks there are, if ignore_batch_stride is not 0; a call must then have this
 *     batch size. With one mask for all, calls of any batch size may use the field of view.
 * field_of_view: receives it; the caller destroys it. NULL on failure.
 *
 * On a CUDA device the call waits for its own copy and for no stream: it can be made while a stream
 * is captured. */
FLOWLINE_API flowline_status flowline_field_of_view_create(flowline_context* context,
                                                           const flowline_segment_options* options,
                                                           int64_t height, int64_t width,
                                                           int64_t batch,
                                                           flowline_field_of_view** field_of_view);

/* Frees a field of view, which may be NULL. No call may be using it. On a CUDA device it waits for
 * the work of the device; a CUDA graph that was captured with the field of view must not be
 * launched afterwards. */
FLOWLINE_API void flowline_field_of_view_destroy(flowline_field_of_view* field_of_view);

/* The outputs of flowline_segment, in device memory of the context. Each may be NULL; what is not
 * asked for is not computed. min_log10_nfa alone decides whether an image shows a defect, and is up
 * to 60 times cheaper than large maps: ask for it first, and for the maps of rejected images only.
 */
typedef struct flowline_maps {
  uint32_t struct_size; /* sizeof(flowline_maps) */
  uint32_t reserved;    /* 0 */
  int64_t height;       /* of the maps, whatever the sizes of the scales */
  int64_t width;
  /* (batch, height, width): where is it a defect? Each scale has a map of log10 PFA (0 outside of
   * regions) plus log10 of the number of tests; it is interpolated bilinearly (corners not
   * aligned), and the smallest of the scales counts. FLT_MAX at pixels out of view, and at all
   * pixels of an image without tested positions. Values below -FLT_MAX are stored as -FLT_MAX. */
  float* log10_nfa;
  /* (batch): the smallest log10 NFA of all regions of all scales before interpolation and, by a
   * relative law, of the baseline, or the value outside of regions if there is none. It does not depend on the size of the maps. No pixel of
   * log10_nfa is below it, but none need reach it, because the map interpolates between a region
   * and its surroundings: to decide by the map misses defects. FLT_MAX for an image without tested
   * positions, which is not inspected and must not pass as good: see flowline_decide. */
  float* min_log10_nfa;
  /* (batch, height, width), in [0, 1]: how unusual is it? 1 - mean over the scales of exp(-1/2 mean
   * over the channels of z squared), each scale interpolated bilinearly (corners not aligned). It
   * does not depend on the field of view. */
  float* anomaly_map;
  float* anomaly_score; /* (batch): the largest value of anomaly_map */
  /* (batch, H0, W0), H0 by W0 the size of latents[0]: the fused map, which is the anomaly map of
   * all scales at the size of the finest one. It has the bits that anomaly_map receives if the maps
   * are H0 by W0. flowline_relative_maxima measures it, and a region law judges it. */
  float* fused_map;
  /* (batch, scales): the mean over the positions of each scale of its energy divided by its
   * channels, which is 1 on average for white noise. It does not depend on the field of view. */
  double* mean_energies;
  /* (batch, channels of all scales): the mean over the positions of each channel of z, the finest
   * scale first. It does not depend on the field of view. Both means are summed in double: position
   * i is added to sum i mod 8, and the eight sums are added pairwise. The means of the channels
   * read the latents once more, which on the CPU can take longer than all the rest of a call that
   * asks for min_log10_nfa alone; the means of the energies cost little. */
  double* channel_means;
} flowline_maps;

/* Computes the maps of a batch of latents.
 *
 * latents: `scales` tensors, finest first, all of one batch size. Types, channels and sizes may
 *     differ, and the sizes are independent of the size of the maps. Where the order matters, with
 *     a law or for fused_map, a scale with more positions than the one before is an error.
 * options: NULL for FLOWLINE_SEGMENT_OPTIONS_DEFAULT.
 *
 * If an energy is not finite in float32, the status is FLOWLINE_NOT_FINITE on the CPU. A CUDA
 * device has not computed it yet when the call returns: there all outputs of such an image are NaN,
 * and those of the other images are not affected. */
FLOWLINE_API flowline_status flowline_segment(flowline_context* context,
                                              const flowline_tensor* latents, int32_t scales,
                                              const flowline_segment_options* options,
                                              const flowline_maps* maps);

/* Grows the workspace to what this call of flowline_segment needs and computes nothing: that call,
 * and every smaller one, then allocates nothing. Pointers to data are not followed: those of the
 * latents may be NULL, and those of the maps only say which outputs are asked for. If they ask for
 * min_log10_nfa, the same holds on the CPU for flowline_inspect of such latents, options, height
 * and width. */
FLOWLINE_API flowline_status flowline_reserve(flowline_context* context,
                                              const flowline_tensor* latents, int32_t scales,
                                              const flowline_segment_options* options,
                                              const flowline_maps* maps);

/* ---- Regions -------------------------------------------------------------------------------- */

/* A connected component of the pixels with log10 NFA < log10 epsilon, in pixels of the map. Pixels
 * out of view, which are FLT_MAX, are in none. */
typedef struct flowline_region {
  int32_t x, y;          /* left and top of its bounding box */
  int32_t width, height; /* of its bounding box */
  int64_t area;
  double centroid_x, centroid_y; /* means of the x and y of its pixels */
  int32_t peak_x, peak_y;        /* where log10_nfa is attained; the first in row-major order */
  float log10_nfa;               /* the smallest of its pixels */
  int32_t zone; /* 0; from libflowline_inspect of a file with zones: the index of its zone */
} flowline_region;

/* Finds the regions of one map, the most meaningful first (by log10_nfa, then by the first pixel).
 * Whether an image shows a defect is not decided by them: the map of an image with a defect may
 * have none (see min_log10_nfa). flowline_inspect gives the verdict and the regions together.
 *
 * log10_nfa: (height, width), no NaN: host memory, or for a context on a CUDA device memory of that
 *     device. The call then copies it to the host, after the work that is on the stream already,
 *     and waits for it.
 * connectivity: 4 or 8.
 * regions: host memory, receives the first `capacity` regions; may be NULL if capacity is 0.
 * count: receives the number of regions. If it is larger than capacity, a second call with that
 *     capacity receives all. */
FLOWLINE_API flowline_status flowline_regions(flowline_context* context, const float* log10_nfa,
                                              int64_t height, int64_t width, double log10_epsilon,
                                              int32_t connectivity, flowline_region* regions,
                                              int64_t capacity, int64_t* count);

/* ---- Inspection ----------------------------------------------------------------------------- */

typedef int32_t flowline_verdict;
enum {
  FLOWLINE_NOT_INSPECTED = 0, /* nothing was tested, or the latents were not finite */
  FLOWLINE_GOOD = 1,
  FLOWLINE_DEFECT = 2,
  FLOWLINE_UNDECIDED = 3 /* within the guard band; it must not pass as good */
};

/* Returns the verdict on an image: FLOWLINE_DEFECT if min_log10_nfa < log10_epsilon, else
 * FLOWLINE_GOOD. It is FLOWLINE_NOT_INSPECTED if min_log10_nfa is FLT_MAX, which flowline_segment
 * gives an image without tested positions, or NaN, which a CUDA device gives an image that is not
 * finite; and if log10_epsilon is NaN. */
FLOWLINE_API flowline_verdict flowline_decide(float min_log10_nfa, double log10_epsilon);

/* Returns the verdict on an image with a guard band: FLOWLINE_DEFECT if min_log10_nfa <
 * log10_epsilon - guard_below, FLOWLINE_UNDECIDED if it is not, but min_log10_nfa < log10_epsilon +
 * guard_above, else FLOWLINE_GOOD. FLOWLINE_NOT_INSPECTED as of flowline_decide; and if a guard is
 * NaN or negative. Guards of 0 make it flowline_decide.
 *
 * guard_below, guard_above: distances in log10 NFA. Both may be flowline_guard_band's; or for two
 *     rates the first is 0 and the second how far the threshold of the larger rate is above that of
 *     the smaller one, which is log10_epsilon: FLOWLINE_GOOD then loses at most the larger rate of
 *     good images, and FLOWLINE_DEFECT takes at most the smaller one. */
FLOWLINE_API flowline_verdict flowline_decide_guarded(float min_log10_nfa, double log10_epsilon,
                                                      double guard_below, double guard_above);

/* The threshold of flowline_inspect and its outputs, in host memory for every context. */
typedef struct flowline_inspection {
  uint32_t struct_size; /* sizeof(flowline_inspection) */
  uint32_t reserved;    /* 0 */
  int64_t height;       /* of the image in which regions are given, and of the field of view */
  int64_t width;
  double log10_epsilon;      /* not NaN */
  flowline_verdict* verdict; /* (batch), receives the verdicts */
  float* min_log10_nfa;      /* (batch), as in flowline_maps; may be NULL */
  /* (batch, capacity): receives the first `capacity` regions of each image, the most meaningful
   * first. May be NULL if capacity is 0. */
  flowline_region* regions;
  int64_t capacity;
  int64_t* region_count; /* (batch): how many regions each image has;
                          * may be NULL if capacity is 0 */
  /* NULL, or maps that are wanted too, of this height and width, in host memory for every context.
   * log10_nfa receives the decided maps, see flowline_inspect; all else is as of flowline_segment,
   * from the same energies. */
  const flowline_maps* maps;
  double guard_below; /* of flowline_decide_guarded, finite and at least 0 */
  double guard_above; /* of flowline_decide_guarded, finite and at least 0 */
} flowline_inspection;

/* Decides whether images show defects, and says where.
 *
 * latents, options: as of flowline_segment, with height and width of the inspection for those of
 *     the maps.
 *
 * The verdict is that of flowline_decide_guarded. An image with FLOWLINE_DEFECT has at least one
 * region, and log10_nfa of its first region is min_log10_nfa; so has one with FLOWLINE_UNDECIDED,
 * and any other image has none. Regions are the 4-connected components of the pixels of the decided
 * map with log10 NFA < log10 epsilon, as flowline_regions finds them; those of FLOWLINE_UNDECIDED
 * are the pixels that keep it from being good: log10 epsilon + guard_above takes the place of log10
 * epsilon, below too.
 *
 * The decided map is log10_nfa of flowline_segment, in which the region that decided is always
 * seen. This is, on the first scale with min_log10_nfa (the fused map, if there is a law), the
 * positions below log10 epsilon that are 4-connected to the first one with that number. It covers
 * the pixels in view that the cells of its positions touch. If no pixel of the map is
 * min_log10_nfa, as interpolation lifts small regions:
 * - the lowest of the pixels that it covers, the first in row-major order, becomes min_log10_nfa if
 *   it is below log10 epsilon;
 * - if none is, interpolation has levelled the region out, and each pixel that it covers becomes
 *   the smallest value of the positions that cover it, if this is lower.
 *
 * The call waits for its results on every device. On a CUDA device the host cuts the regions, of
 * the small maps before interpolation, which are copied for images with defects alone. If an energy
 * is not finite, the status is FLOWLINE_NOT_FINITE on every device, and all verdicts are
 * FLOWLINE_NOT_INSPECTED. The arrays of a law are checked on every device. */
FLOWLINE_API flowline_status flowline_inspect(flowline_context* context,
                                              const flowline_tensor* latents, int32_t scales,
                                              const flowline_segment_options* options,
                                              const flowline_inspection* inspection);

/* ---- Calibration ----------------------------------------------------------------------------
 *
 * Calibration needs good images alone and has three steps; examples/c/calibrate.c has all of them.
 * 1. Take good images that the flow was not trained on. flowline_segment gives their fused_map,
 *    flowline_relative_maxima its maxima and baseline, flowline_baseline_exponent how much the
 *    baseline counts, and flowline_relative_law_fit the law. If
 *    the test has a field of view, set the positions of the fused map that are out of view to -1 before
 *    flowline_relative_maxima: the law is then that of the positions that are tested.
 * 2. Take other good images. flowline_segment with that law gives their min_log10_nfa, and
 *    flowline_log10_epsilon the threshold. Keep them, if images are to have a flowline_p_value.
 * 3. flowline_inspect with that law and that threshold decides.
 *
 * The false-alarm rate of that threshold holds whatever the law and the latents are. It only needs
 * new good images to be like those of step 2, which must have done nothing else. */

/* Returns the number of size classes of laws for maps of this size: 1 + floor(log2(height width /
 * 4)), at least 1, so that the last class holds the regions of more than a quarter of the map. 0 if
 * there are no such maps. */
FLOWLINE_API int32_t flowline_size_classes(int64_t height, int64_t width);

/* Measures the highest level that a region of at least 2^k positions reaches, for each class k: the
 * data that a region law is fitted to. Host memory for every context.
 *
 * map: (height, width), finite: a fused map.
 * classes: 1 to FLOWLINE_LAW_CLASSES; Flowline's models use flowline_size_classes.
 * maxima: (classes), receives the levels; -infinity if the map has fewer than 2^k positions. */
FLOWLINE_API flowline_status flowline_region_maxima(flowline_context* context, const float* map,
                                                    int64_t height, int64_t width, int32_t classes,
                                                    float* maxima);

/* Measures an image for a relative law: its baseline, and for each class k the highest level
 * relative to it that a region of at least 2^k positions reaches. Host memory for every context.
 *
 * map: (height, width), a fused map: in [0, 1] where a position is tested, which one is at least,
 *     and -1 where it is not.
 * classes: 1 to FLOWLINE_LAW_CLASSES; Flowline's models use flowline_size_classes.
 * maxima: (classes), receives the relative levels, in [0, 1]; -infinity if fewer than 2^k positions
 *     are tested.
 * baseline: receives the baseline, in (0, 1]. */
FLOWLINE_API flowline_status flowline_relative_maxima(flowline_context* context, const float* map,
                                                      int64_t height, int64_t width,
                                                      int32_t classes, float* maxima,
                                                      float* baseline);

/* The most knots of a law that flowline_region_law_fit makes; it never grows. */
#define FLOWLINE_LAW_KNOTS 161

/* The most size classes of a law; it never grows. */
#define FLOWLINE_LAW_CLASSES 29

/* Fits a region law to the maxima of good images. Host memory.
 *
 * For the n maxima x of a class let g = -ln(1 - x + 1e-5). Up to a threshold u, P(g' >= g) is
 * counted: (1 + how many reach g) / (n + 1). Above u it is the predictive distribution of an
 * exponential tail whose scale is estimated from the k = min(n - 1, max(5, floor(n / 2))) largest
 * excesses over u, the k + 1st largest maximum: with b their mean, (k + 1) / (n + 1) (1 + (g - u) /
 * (k b))^-k, a generalised Pareto distribution of shape 1 / k. A class is no more probable than the
 * class before. Values below 1 / (n + 1) are extrapolated, unless no maximum exceeds u. The result
 * has the same bits on every platform.
 *
 * maxima: (images, classes), each in [0, 1] and not rising along the classes.
 * images: n, 4 to 2^30.
 * classes: 1 to FLOWLINE_LAW_CLASSES.
 * level: room for FLOWLINE_LAW_KNOTS, receives (knots), from the smallest maximum, or below it if
 *     that is 1, to 1.
 * log10_pfa: room for classes * FLOWLINE_LAW_KNOTS, receives (classes, knots).
 * knots: receives the number of knots. */
FLOWLINE_API flowline_status flowline_region_law_fit(const float* maxima, int64_t images,
                                                     int32_t classes, float* level,
                                                     double* log10_pfa, int32_t* knots);

/* Measures how much the strongest regions of good images share of what is strange about the image as
 * a whole: the exponent of the baseline for a relative law. Host memory.
 *
 * For each class let x be -ln(1 - m + 1e-5) of the highest level m as it is, of each image. The slope
 * of x in -ln baseline is that of least squares; the median of the slopes of all classes (of an even
 * number the mean of the two), at least 0 and at most 1, is rounded to quarters. If all baselines are
 * equal, or below 0.001, it is 1. The result has the same bits on every platform.
 *
 * maxima: (images, classes), of flowline_relative_maxima.
 * baselines: (images), likewise, in (0, 1].
 * images, classes: as of flowline_region_law_fit.
 * baseline_exponent: receives 0, 1/4, 1/2, 3/4 or 1. */
FLOWLINE_API flowline_status flowline_baseline_exponent(const float* maxima, const float* baselines,
                                                        int64_t images, int32_t classes,
                                                        float* baseline_exponent);

/* Fits a relative region law as flowline_region_law_fit fits a law, but that the first knot is at
 * most 1/2. The baseline of good images is the median of theirs, of an even number the lower of the
 * two. The class of the baselines is fitted as a class of regions is, by itself.
 *
 * maxima: (images, classes), of flowline_relative_maxima.
 * baselines: (images), likewise, in (0, 1].
 * baseline_exponent: of the law, 0, 1/4, 1/2, 3/4 or 1; flowline_baseline_exponent measures it.
 * baseline: receives the baseline of good images.
 * baseline_log10_pfa: room for FLOWLINE_LAW_KNOTS, receives (knots). */
FLOWLINE_API flowline_status flowline_relative_law_fit(const float* maxima, const float* baselines,
                                                       int64_t images, int32_t classes,
                                                       float baseline_exponent, float* level,
                                                       double* log10_pfa, int32_t* knots,
                                                       float* baseline, double* baseline_log10_pfa);

/* Computes the threshold that guarantees a false-alarm rate per image, which is the j-th smallest
 * of n scores. Host memory.
 *
 * Averaged over the choice of the n images, a new one is below the threshold with a probability of
 * at most j / (n + 1) (split conformal prediction, Vovk 2005), and j = floor(rate (n + 1)). With a
 * confidence, the rate holds for that share of such choices (the tolerance limit of Wilks 1941): j
 * is the largest with P(Bin(n, rate) >= j) >= confidence.
 *
 * The rate takes 1 / rate - 1 images, or with a confidence ln(1 - confidence) / ln(1 - rate). With
 * fewer the status is FLOWLINE_TOO_FEW_IMAGES, and the message says how many it takes. This one
 * error has results all the same: j is 1, and `promised` is above `rate`.
 *
 * min_log10_nfa: (images), of good images that have done nothing else; no NaN. FLT_MAX is an error:
 *     such an image was not inspected.
 * images: n, 1 to 2^24.
 * rate: the false-alarm rate that is asked for, in (0, 1).
 * confidence: in [1e-6, 1), or 0 for the average.
 * log10_epsilon: receives the threshold: an image shows a defect if its min_log10_nfa is below it.
 * promised: receives the guaranteed rate. It is at most `rate` if the status is FLOWLINE_OK. */
FLOWLINE_API flowline_status flowline_log10_epsilon(const float* min_log10_nfa, int64_t images,
                                                    double rate, double confidence,
                                                    float* log10_epsilon, double* promised);

/* Computes the conformal p-value of an image: (1 + how many of n good images have a score of at most
 * that of the image) / (n + 1). Host memory.
 *
 * If the image is good and exchangeable with the n, its p-value is at most t with a probability of
 * at most t, for every t in [0, 1], averaged over the choice of the n images (Vovk 2005). It is one
 * of 1 / (n + 1), 2 / (n + 1), ..., 1. It is at most j / (n + 1) if and only if the image is below
 * the j-th smallest of the n: with the same n, flowline_decide gives FLOWLINE_DEFECT for the threshold
 * of flowline_log10_epsilon if and only if the p-value is at most `promised` (at a confidence of 0).
 *
 * min_log10_nfa: (images), of good images that have done nothing else than to set the threshold; no
 *     NaN. FLT_MAX is an error: such an image was not inspected.
 * images: n, 1 to 2^24.
 * of_image: min_log10_nfa of the image; no NaN. FLT_MAX is an error: such an image, for which
 *     flowline_decide gives FLOWLINE_NOT_INSPECTED, has no p-value.
 * p_value: receives the p-value; small is anomalous. */
FLOWLINE_API flowline_status flowline_p_value(const float* min_log10_nfa, int64_t images,
                                              float of_image, double* p_value);

/* ---- The guard band -------------------------------------------------------------------------
 *
 * The same part, taken again, has another min_log10_nfa. A part that is nearer to the threshold than
 * this repeatability may be a defect in one image and good in the next. The guard band is the
 * one-sided factor of a stated confidence times the standard deviation of repeats, as guard bands of
 * JCGM 106 and ISO 14253-1 are: if the mean of a part's images is on one side of the threshold, an
 * image is judged as if it were on the other with a probability of at most 1 - confidence. With many
 * repeats, two images of a part are judged good and a defect with at most 2 (1 - confidence)^2. */

/* What repeats say of the threshold: flowline_guard_band. */
typedef struct flowline_repeatability {
  uint32_t struct_size;      /* sizeof(flowline_repeatability) */
  uint32_t reserved;         /* 0 */
  double guard_band;         /* Student's t of the confidence times the standard deviation */
  double standard_deviation; /* of min_log10_nfa of one part near the threshold */
  double degrees_of_freedom; /* of the standard deviation */
  int64_t parts;             /* that the standard deviation is of, those nearest to the threshold */
  int64_t images;            /* of these parts */
  double nearest;            /* |mean - log10 epsilon| of the nearest of these parts */
  double farthest;           /* |mean - log10 epsilon| of the farthest of these parts */
} flowline_repeatability;

/* Measures repeatability near a threshold, and the guard band that follows from it. Host memory.
 *
 * The standard deviation of log10 NFA rises with the distance from what is usual, so that parts far
 * from the threshold do not say what it is there. Those whose mean is nearest to it are taken, until
 * their images minus their number are at least 30; all parts, if they have fewer. Their variances
 * are pooled by algorithm S of ISO 5725-5, weighted by their degrees of freedom: variances above the
 * 90 % point of their distribution count as much as this point, so that a part which was moved or
 * dirtied between two images does not decide. The degrees of freedom are those of the pooled
 * variance if the repeats of a part are normal. They count what the algorithm gives away.
 *
 * min_log10_nfa: (images), finite.
 * part: (images), which part each image shows: any numbers, in any order. Each part must have at
 *     least two images, which differ: not one image that was read twice.
 * images: 4 to 2^24, of at least two parts.
 * log10_epsilon: the threshold, finite.
 * confidence: in [0.5, 1 - 1e-6]; 0.95 is usual.
 * repeatability: struct_size is given, receives the others. */
FLOWLINE_API flowline_status flowline_guard_band(const float* min_log10_nfa, const int32_t* part,
                                                 int64_t images, double log10_epsilon,
                                                 double confidence,
                                                 flowline_repeatability* repeatability);

/* ---- Few images: cross-validation -----------------------------------------------------------
 *
 * Where good images are few, none need be lost to calibration. Divide them into K folds and train K
 * flows, each on all folds but one; out of fold, each image then has a min_log10_nfa by the flow
 * that was not trained on it (and by a law that was measured without it). CV+ (Barber, Candes, Ramdas
 * and Tibshirani 2021) compares them with the image to be judged: each with that of the same flow.
 *
 * The bound that flowline_cv_plus_decide states is proved only if nothing of flow k has seen an image
 * of fold k: not its training, and not its law either, which must be measured by flows that saw
 * neither fold k nor the images it is measured on. In model files and JSON of Flowline this bound is
 * `proved`, and the nominal rate `promised`, as an expected one. */

/* Computes the p-value of an image by CV+: (1 + how many of n good images have an out-of-fold score
 * of at most that of the image by the same flow) / (n + 1). Host memory. If all flows give the image
 * the same score, it is flowline_p_value.
 *
 * min_log10_nfa: (images), of good images, each out of fold; no NaN and no FLT_MAX.
 * fold: (images), the fold of each, 0 to folds - 1; each fold must have an image.
 * images: n, 2 to 2^24.
 * of_image: (folds), min_log10_nfa of the image by each flow: element k is that of the flow that was
 *     trained without fold k; no NaN and no FLT_MAX.
 * folds: K, 2 to n. With n folds this is the jackknife+.
 * p_value: receives the p-value; small is anomalous. */
FLOWLINE_API flowline_status flowline_cv_plus_p_value(const float* min_log10_nfa,
                                                      const int32_t* fold, int64_t images,
                                                      const float* of_image, int32_t folds,
                                                      double* p_value);

/* Decides by CV+: FLOWLINE_DEFECT if the p-value is at most j / (n + 1), j = floor(rate (n + 1)),
 * else FLOWLINE_GOOD. Host memory. Arguments as of flowline_cv_plus_p_value.
 *
 * A good image that is exchangeable with the n is a defect in about `rate` of all cases if training
 * is stable, and whatever the training is with a probability of at most
 *     2 a + min((2 - 2 a) (K - 1) / (n + K), (1 - K / n) / (K + 1)),  a = j / (n + 1),
 * the second term of the minimum for folds of one size only, averaged over the choice of the n.
 *
 * rate: the requested false-alarm rate, in (0, 1). It takes 1 / rate - 1 images; with fewer
 *     the status is FLOWLINE_TOO_FEW_IMAGES, and the message says how many it takes. This one error
 *     has results all the same: j is 1.
 * verdict: receives the verdict.
 * promised: receives the bound above, at most 1: of one image a fold twice the rate, of 5 folds three
 *     to eight times. */
FLOWLINE_API flowline_status flowline_cv_plus_decide(const float* min_log10_nfa,
                                                     const int32_t* fold, int64_t images,
                                                     const float* of_image, int32_t folds,
                                                     double rate, flowline_verdict* verdict,
                                                     double* promised);

/* Computes the threshold of one flow from out-of-fold scores: the j-th smallest of n, j = floor(rate
 * (n + 1)), for a flow that was trained on all n images and judges alone. Host memory.
 *
 * It guarantees nothing: the scores are those of other flows. `nominal` is its rate if leaving a fold
 * out changes little; measure it if there are other good images. flowline_cv_plus_decide has a bound.
 *
 * min_log10_nfa, fold, images, folds: as of flowline_cv_plus_p_value.
 * rate: as of flowline_cv_plus_decide, FLOWLINE_TOO_FEW_IMAGES included.
 * log10_epsilon: receives the threshold.
 * nominal: receives j / (n + 1). */
FLOWLINE_API flowline_status flowline_cv_plus_log10_epsilon(const float* min_log10_nfa,
                                                            const int32_t* fold, int64_t images,
                                                            int32_t folds, double rate,
                                                            float* log10_epsilon, double* nominal);

/* ---- The parts of the method ---------------------------------------------------------------- */

/* Computes the energies of a latent: at each position the sum over the channels of z squared.
 *
 * energy: (batch, height, width), device memory of the context. Summed in float32: runs of 64
 *     channels in ascending order, then the sums of the runs in ascending order. It may be NaN or
 *     infinite if values of the latent are so, or large. */
FLOWLINE_API flowline_status flowline_energy(flowline_context* context,
                                             const flowline_tensor* latent, float* energy);

/* Builds the component tree of the upper level sets of a map (max-tree). Host memory for every
 * context.
 *
 * A node is a connected component of {map >= altitude}; its own pixels are those of the component
 * whose value is the altitude. Nodes are numbered by ascending (altitude, first own pixel), so that
 * a parent has a smaller number than its children, and node 0 is the root, the whole map.
 *
 * map: (height, width), finite; -0.0 equals 0.0.
 * connectivity: 4 or 8.
 * node_of_pixel: (height, width), receives the node that each pixel is an own pixel of.
 * parent, altitude, area: room for height * width nodes each, may be NULL. The parent of the root
 *     is -1; area counts all pixels of the component.
 * nodes: receives the number of nodes. */
FLOWLINE_API flowline_status flowline_component_tree(flowline_context* context, const float* map,
                                                     int64_t height, int64_t width,
                                                     int32_t connectivity, int32_t* node_of_pixel,
                                                     int32_t* parent, float* altitude,
                                                     int32_t* area, int32_t* nodes);

/* Selects the regions of one map: prunes and merges its 4-connected component tree (procedures 1
 * and 2 of the paper). Host memory for every context.
 *
 * levels: (height, width), finite: the map whose tree is built.
 * energies: (height, width), finite and not negative: the smallest in a region is its energy. NULL
 *     to take it from levels, which then must not be negative.
 * channels: degrees of freedom, 1 to 2^28.
 * total_pixels: S, at least height * width, or 0 for height * width; only FLOWLINE_TESTS_BY_SIZE
 *     reads it.
 * options: NULL for FLOWLINE_SEGMENT_OPTIONS_DEFAULT; only pfa_bound and number_of_tests are read.
 * region_of_pixel: (height, width), receives the node (numbered as by flowline_component_tree) that
 *     is the region of each pixel, -1 if it is in none.
 * log10_pfa: room for height * width nodes, receives the value of each, which may be -infinity; may
 *     be NULL.
 * painted: (height, width), receives the map of this scale before interpolation; may be NULL. With
 *     FLOWLINE_TESTS_PUBLISHED it is log10 PFA, 0 outside of regions, without the number of tests,
 *     which depends on the other scales too. With FLOWLINE_TESTS_BY_SIZE it is log10 PFA + log10
 *     N_T(l, r), and log10 N_T(l, 1) outside of regions and in regions that are no more meaningful.
 *     */
FLOWLINE_API flowline_status flowline_select(flowline_context* context, const float* levels,
                                             const float* energies, int64_t height, int64_t width,
                                             int64_t channels, int64_t total_pixels,
                                             const flowline_segment_options* options,
                                             int32_t* region_of_pixel, double* log10_pfa,
                                             float* painted);

/* Computes log10 PFA of a region.
 *
 * energy: the smallest of the region, finite and not negative. At energy 0 the result of
 *     FLOWLINE_PFA_AS_RELEASED is -infinity.
 * pixels: of the region, 1 to 2^28. */
FLOWLINE_API flowline_status flowline_log10_pfa(int32_t pfa_bound, int64_t channels, double energy,
                                                int64_t pixels, double* log10_pfa);

/* Computes log10 of the published number of tests.
 *
 * pixels: (scales), the positions of each scale, 1 to 2^28 each. */
FLOWLINE_API flowline_status flowline_log10_number_of_tests(const int64_t* pixels, int32_t scales,
                                                            double* log10_tests);

/* Computes log10 N_T(l, r) = log10(S n_l alpha beta^r / r), the number of tests by size, with r =
 * region_pixels, n_l = scale_pixels and S = total_pixels, 1 <= r <= n_l <= S. */
FLOWLINE_API flowline_status flowline_log10_number_of_tests_by_size(int64_t scale_pixels,
                                                                    int64_t total_pixels,
                                                                    int64_t region_pixels,
                                                                    double* log10_tests);

/* ---- The elementwise half of a coupling block ----------------------------------------------- */

/* The soft clamp of the raw log-scale a. */
enum {
  FLOWLINE_CLAMP_TANH = 0,        /* s = alpha tanh(a) */
  FLOWLINE_CLAMP_TANH_SCALED = 1, /* s = alpha tanh(a / alpha) */
  FLOWLINE_CLAMP_ATAN = 2         /* s = alpha 0.636 atan(a / alpha) */
};

/* An affine coupling, a global affine and a channel permutation in one pass over memory. The first
 * C1 = C - floor(C / 2) channels, x1, pass through; the last C2 = floor(C / 2), x2, are
 * transformed:
 *
 *     a = subnet_scale * subnet[0 .. C2),  t = subnet_scale * subnet[C2 .. 2 C2)
 *     y1 = x1,  y2 = x2 exp(clamp(a)) + t
 *     output[c] = gain[p] y[p] + offset[p] with p = permutation[c]
 *     logDetJacobian += sum of clamp(a) + height * width * sum over c of ln gain[c]
 *
 * The caller computes the subnet from x1, by convolutions for example. NaN and infinite elements of
 * input and subnet are not reported: they pass through these formulas, into the log-det too. */
typedef struct flowline_coupling {
  uint32_t struct_size; /* sizeof(flowline_coupling) */
  int32_t clamp;        /* FLOWLINE_CLAMP_... */
  float alpha;          /* of the clamp, positive */
  float subnet_scale;   /* finite; 0.1 in U-Flow */
  /* (C) each, device memory of the context; on a CUDA device the contents are not checked. */
  const float* gain;          /* positive and finite; NULL: 1 */
  const float* offset;        /* finite; NULL: 0 */
  const int32_t* permutation; /* of 0 .. C - 1; NULL: the identity */
} flowline_coupling;

/* Computes a coupling block forward. All memory is device memory of the context.
 *
 * input: float32 (N, C, H, W), C at least 2; its strides must give every element its own address.
 * subnet: float32 (N, 2 C2, H, W), computed from x1.
 * output: receives (N, C, H, W) with the strides of input.
 * log_det: (N), is increased by the log-det of each image, summed in double in a fixed order; NULL
 *     if it is not wanted. */
FLOWLINE_API flowline_status flowline_coupling_forward(flowline_context* context,
                                                       const flowline_coupling* coupling,
                                                       const flowline_tensor* input,
                                                       const flowline_tensor* subnet, float* output,
                                                       double* log_det);

/* Undoes the permutation and the affine of a coupling block, the first of two steps of its inverse:
 *     y[p] = (input[c] - offset[p]) / gain[p]
 * The first C1 channels of y are x1, from which the caller computes the subnet. Then
 * flowline_coupling_inverse does the second step.
 *
 * input: float32 (N, C, H, W), an output of flowline_coupling_forward.
 * output: receives y with the strides of input.
 * log_det: (N), is decreased by the log-det of each image; otherwise as in
 *     flowline_coupling_forward. */
FLOWLINE_API flowline_status flowline_coupling_undo_affine(flowline_context* context,
                                                           const flowline_coupling* coupling,
                                                           const flowline_tensor* input,
                                                           float* output, double* log_det);

/* Inverts the affine coupling, the second of two steps: x2 = (y2 - t) exp(-clamp(a)) in place.
 *
 * latent: y of flowline_coupling_undo_affine; its last C2 channels are overwritten with x2.
 * subnet: float32 (N, 2 C2, H, W), computed from x1.
 * log_det: (N), is decreased by the log-det of each image; otherwise as in
 *     flowline_coupling_forward. */
FLOWLINE_API flowline_status flowline_coupling_inverse(flowline_context* context,
                                                       const flowline_coupling* coupling,
                                                       const flowline_tensor* latent,
                                                       const flowline_tensor* subnet,
                                                       double* log_det);

/* ---- Layers of a network --------------------------------------------------------------------- */

/* The layers on which an inspection spends its time: convolutions of 3 x 3, and the stages of the
 * flows of U-Flow and FastFlow. They are for contexts on the CPU; with one on a CUDA device they
 * return FLOWLINE_UNAVAILABLE. Images have their channels side by side (channel_stride 1), as
 * LibTorch's "channels last" and TensorFlow's NHWC.
 *
 * A layer is made once of its weights, which it packs for the instruction set of the context and
 * keeps; the caller's arrays are not read afterwards. It does not change: any number of threads use
 * it at once, each with a context of its own of the same instruction set, and it may outlive the
 * context that it was made with. Neither blocks nor threads nor the instruction set, among those with
 * a fused multiply-add, change a bit of what it computes; the baseline of x86-64 has none, and other
 * last bits. The threads of a context share the rows and blocks of an image.
 *
 * NaN and infinite elements are not reported. What is computed from them may not be finite, and in a
 * convolution of 3 x 3 neither may outputs up to 4 pixels away; nor where the magnitudes of a sum add
 * up to more than 1e34. */

/* A convolution of 3 x 3 with stride 1 and padding 1, by Winograd's F(4 x 4, 3 x 3): it takes a
 * quarter of the multiplications, and 4 times the memory of the weights. */
typedef struct flowline_convolution flowline_convolution;

/* Makes a convolution.
 *
 * inputs, outputs: channels, 1 to 65536.
 * weights: (outputs, inputs, 3, 3), finite.
 * bias: (outputs), finite; NULL: 0.
 * convolution: receives it; the caller destroys it. NULL on failure. */
FLOWLINE_API flowline_status flowline_convolution_create(flowline_context* context, int64_t inputs,
                                                         int64_t outputs, const float* weights,
                                                         const float* bias,
                                                         flowline_convolution** convolution);

/* Computes a convolution of a batch: output = W * input + bias, then + summand if there is one, then
 * max(0, output) if rectified is 1.
 *
 * input: float32 (N, inputs, H, W) with channel_stride 1.
 * summand: float32 (N, outputs, H, W) with channel_stride 1, added to the output, as the shortcut of
 *     a residual block is; NULL: none.
 * rectified: 0 or 1.
 * output: receives (N, H, W, outputs), dense. */
FLOWLINE_API flowline_status flowline_convolution_forward(flowline_context* context,
                                                          const flowline_convolution* convolution,
                                                          const flowline_tensor* input,
                                                          const flowline_tensor* summand,
                                                          int32_t rectified, float* output);

/* Destroys a convolution, which no call may be using. NULL is allowed. */
FLOWLINE_API void flowline_convolution_destroy(flowline_convolution* convolution);

/* A step of a flow of C channels: a subnet on the first C1 = C - floor(C / 2) of them, and what
 * flowline_coupling makes of its output. The subnet is a convolution to `hidden` channels, a ReLU and
 * a convolution to 2 C2 = 2 floor(C / 2) channels, with stride 1 and zeros around the image. */
typedef struct flowline_flow_step {
  uint32_t struct_size;              /* sizeof(flowline_flow_step) */
  int32_t kernel;                    /* side of both convolutions' kernels, 1 or 3 */
  int64_t hidden;                    /* 1 to 65536 */
  const float* first_weights;        /* (hidden, C1, kernel, kernel), finite */
  const float* first_bias;           /* (hidden), finite; NULL: 0 */
  const float* second_weights;       /* (2 C2, hidden, kernel, kernel), finite */
  const float* second_bias;          /* (2 C2), finite; NULL: 0 */
  const flowline_coupling* coupling; /* its arrays are host memory */
} flowline_flow_step;

/* Steps of a flow, one after the other, in the forward direction: from features to latents. */
typedef struct flowline_flow_stage flowline_flow_stage;

/* Makes a stage.
 *
 * channels: C, 2 to 65536.
 * steps: (count), all of the struct_size of the first.
 * count: 1 to 1024.
 * stage: receives it; the caller destroys it. NULL on failure. */
FLOWLINE_API flowline_status flowline_flow_stage_create(flowline_context* context, int64_t channels,
                                                        const flowline_flow_step* steps,
                                                        int64_t count, flowline_flow_stage** stage);

/* Computes a stage of a batch.
 *
 * input: float32 (N, C, H, W) with channel_stride 1.
 * output: receives (N, H, W, C), dense; it may be the input's memory if that is dense. */
FLOWLINE_API flowline_status flowline_flow_stage_forward(flowline_context* context,
                                                         const flowline_flow_stage* stage,
                                                         const flowline_tensor* input,
                                                         float* output);

/* Computes a stage of a batch with its log-determinant, which a training needs and no inspection.
 *
 * log_det: receives (N), the natural logarithm of the determinant of the Jacobian.
 * Everything else is as in flowline_flow_stage_forward, to the bit. */
FLOWLINE_API flowline_status flowline_flow_stage_forward_log_det(flowline_context* context,
                                                                 const flowline_flow_stage* stage,
                                                                 const flowline_tensor* input,
                                                                 float* output, double* log_det);

/* Makes a stage that also has gradients, for a step of a training: the weights are packed for the way
 * back too. The next step makes another one of the weights that it then has. Arguments are those of
 * flowline_flow_stage_create. */
FLOWLINE_API flowline_status flowline_flow_stage_create_trained(flowline_context* context,
                                                                int64_t channels,
                                                                const flowline_flow_step* steps,
                                                                int64_t count,
                                                                flowline_flow_stage** stage);

/* Arrays to which the gradients of a loss with respect to a step's parameters are added; each has the
 * shape of its parameter in flowline_flow_step and flowline_coupling. NULL: not wanted. */
typedef struct flowline_flow_step_gradients {
  uint32_t struct_size; /* sizeof(flowline_flow_step_gradients) */
  float* first_weights;
  float* first_bias;
  float* second_weights;
  float* second_bias;
  float* gain;
  float* offset;
} flowline_flow_step_gradients;

/* Goes back through a stage: from the gradients of a loss with respect to its output and
 * log-determinant to those with respect to its input and parameters. The stage is computed forward
 * once more for it.
 *
 * stage: made by flowline_flow_stage_create_trained.
 * input: as it was given to flowline_flow_stage_forward_log_det.
 * output_gradient: float32 of the input's shape with channel_stride 1.
 * log_det_gradient: (N); NULL: 0.
 * input_gradient: receives (N, H, W, C), dense; NULL: not wanted.
 * gradients: one per step, all of the struct_size of the first; no two of their arrays overlap,
 *     also of different steps. */
FLOWLINE_API flowline_status flowline_flow_stage_gradients(
    flowline_context* context, const flowline_flow_stage* stage, const flowline_tensor* input,
    const flowline_tensor* output_gradient, const double* log_det_gradient, float* input_gradient,
    const flowline_flow_step_gradients* gradients);

/* Destroys a stage, which no call may be using. NULL is allowed. */
FLOWLINE_API void flowline_flow_stage_destroy(flowline_flow_stage* stage);

/* ---- Layers of a transformer ----------------------------------------------------------------- */

/* The layers on which a transformer spends its time, on the CPU as those above, with the same bits for
 * every number of threads and every instruction set with a fused multiply-add. Nothing is kept from
 * one call to the next: weights are packed anew, which pays from some 64 rows on. NaN and infinite
 * elements are not reported. */

/* Computes a linear layer: output = input * weights^T + bias.
 *
 * rows: 0 to 2^31 - 1.
 * inputs: 1 to 65536.
 * outputs: 16 to 65536.
 * input: (rows, inputs), dense.
 * weights: (outputs, inputs), dense.
 * bias: (outputs); NULL: 0.
 * output: receives (rows, outputs), dense. */
FLOWLINE_API flowline_status flowline_linear(flowline_context* context, int64_t rows,
                                             int64_t inputs, int64_t outputs, const float* input,
                                             const float* weights, const float* bias,
                                             float* output);

/* Attention of tokens to each other. For each head h, with queries Q, keys K and values V of it:
 *
 *     S[h] = scale * Q[h] K[h]^T,  T[h] = sum over g of mix_scores[h][g] S[g],
 *     A[h] = softmax over the keys of T[h],  B[h] = share_bias[h] + sum over g of mix_shares[h][g] A[g],
 *
 * and the output's channels of head h are B[h] V[h]. The mixtures are "talking heads"; T may have a bias
 * by head, on which A does not depend. */
typedef struct flowline_attention {
  uint32_t struct_size;  /* sizeof(flowline_attention) */
  float scale;           /* finite */
  int64_t batch;         /* images, 1 to 2^30 */
  int64_t tokens;        /* of an image, 1 to 65536 */
  int64_t heads;         /* 1 to 1024 */
  int64_t head_channels; /* a multiple of 16, up to 65536 */
  /* Of queries, keys and values alike, in elements: from an image to the next and from a token to the
   * next, at least heads * head_channels. The channels of a head lie side by side, and the heads. */
  int64_t batch_stride;
  int64_t token_stride;
  const float* queries;
  const float* keys;
  const float* values;
  const float* mix_scores; /* (heads, heads), by the head that receives; NULL: none */
  const float* mix_shares; /* (heads, heads), by the head that receives; NULL: none */
  const float* share_bias; /* (heads); NULL: 0 */
} flowline_attention;

/* Computes an attention.
 *
 * output: receives (batch, tokens, heads * head_channels), dense. */
FLOWLINE_API flowline_status flowline_attention_forward(flowline_context* context,
                                                        const flowline_attention* attention,
                                                        float* output);

#ifdef __cplusplus
}
#endif
#endif
