/* libflowline_inspect: from a camera's frame to the verdict, by a file that `flowline export` wrote.
 *
 * The file, part.onnx, is an ONNX network that turns images into latents; its metadata says how an
 * image becomes the network's input, what test decides and with which threshold. This library reads
 * it, has ONNX Runtime compute the network, and has libflowline do all the rest. A program in C99
 * (cc gate.c -lflowline_inspect -lflowline); examples/c/inspect.c reads frames from files:
 *
 *     #include <flowline/inspect.h>
 *     #include <stdio.h>
 *
 *     int main(int count, char** arguments) {
 *       static unsigned char pixels[480][640];  // a camera's, 8 bits
 *       flowline_frame frame = {.struct_size = sizeof frame, .format = FLOWLINE_FRAME_GRAY8,
 *                               .data = pixels, .height = 480, .width = 640};
 *       flowline_region regions[8];
 *       flowline_judgement judgement = {.struct_size = sizeof judgement,
 *                                       .regions = regions, .capacity = 8};
 *       flowline_context* context;
 *       flowline_model* model;
 *       if (count < 2) return puts("usage: gate part.onnx"), 2;
 *       if (flowline_context_create(NULL, &context) ||
 *           flowline_model_open(arguments[1], NULL, &model) ||
 *           flowline_model_inspect(context, model, &frame, 1, &judgement))
 *         return fprintf(stderr, "%s\n", flowline_last_error()), 1;
 *       printf("verdict %d, log10 NFA %g, %d regions\n", (int)judgement.verdict,
 *              judgement.min_log10_nfa, (int)judgement.region_count);
 *       flowline_model_close(model);
 *       flowline_context_destroy(context);
 *     }
 *
 * The rules of flowline.h hold here too: statuses and flowline_last_error, ownership, versions of
 * structures. Furthermore:
 * - Threads. Any number of threads may use a model at once, each with a context of its own. While
 *   flowline_model_recalibrate or flowline_model_close runs, no other call may use the model.
 * - Contexts are on the CPU, whatever the engine computes on.
 * - Results are those of `flowline inspect` with the model that the file was exported from: to the
 *   bit by the same latents. Engines and their numbers of threads differ in the last bits of latents.
 * - Telemetry. ONNX Runtime from 1.29 on reports its use to its makers. flowline_model_open sets the
 *   environment variable ORT_DISABLE_TELEMETRY to 1 before it starts ONNX Runtime, unless the program
 *   has set it: open a first model before other threads read or change the environment.
 * - Memory. A call allocates nothing of its own if an earlier one was as large in every respect and
 *   no more threads use the model at once; ONNX Runtime does as it likes.
 *
 * Not here, and said when a file is opened: thresholds of several networks (kept folds). Whether an
 * image is unlike the calibration images, which `flowline inspect` reports too, is not looked at.
 */
#ifndef FLOWLINE_INSPECT_H
#define FLOWLINE_INSPECT_H

#include <flowline/flowline.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Models --------------------------------------------------------------------------------- */

/* An exported file that was opened. */
typedef struct flowline_model flowline_model;

enum {
  FLOWLINE_ENGINE_ONNXRUNTIME = 0,
  /* None: the file's test alone, for flowline_judge with latents of an engine of the program's own,
   * such as TensorRT or OpenVINO. flowline_preprocess and flowline_model_preprocessing make its
   * input. */
  FLOWLINE_ENGINE_NONE = 1
};

typedef struct flowline_model_options {
  uint32_t struct_size; /* sizeof(flowline_model_options) */
  int32_t engine;       /* FLOWLINE_ENGINE_... */
  /* Of the engine for one call, the caller's included: 1 to 1024; 0: 1. Calls of several threads
   * share those beyond the first. */
  int32_t threads;
  /* The most frames that the engine computes at once, 1 to 1024; 0: 1. More frames need more memory,
   * and pay on a GPU. */
  int32_t batch;
  /* ONNX Runtime's execution provider: NULL or "CPU", "CUDA", "TensorRT", or another one by the name
   * that ONNX Runtime has for it. If this ONNX Runtime lacks it, the status is FLOWLINE_UNAVAILABLE:
   * there is no fall back. */
  const char* provider;
  int32_t device_index; /* of "CUDA" and "TensorRT" */
  int32_t reserved;     /* 0 */
  /* The path of libonnxruntime.so, and the only one that is tried. NULL: the path in
   * $FLOWLINE_ONNXRUNTIME if it is set; otherwise libonnxruntime.so.1 and libonnxruntime.so, first
   * beside libflowline_inspect and then in the folders that the system searches for libraries. */
  const char* library;
} flowline_model_options;

/* ONNX Runtime on the CPU with one thread, frame by frame. */
#define FLOWLINE_MODEL_OPTIONS_DEFAULT \
  { sizeof(flowline_model_options), FLOWLINE_ENGINE_ONNXRUNTIME, 1, 1, NULL, 0, 0, NULL }

/* Opens a file of `flowline export`.
 *
 * path: of the file, which must stay where it is, with its weights if they are in a second file.
 * options: NULL for the defaults.
 * model: receives the model, which the caller closes; NULL on failure.
 *
 * The file is checked whoever wrote it. If it cannot be read or is not such a file, the status is
 * FLOWLINE_INVALID_ARGUMENT; FLOWLINE_UNSUPPORTED if it is of a newer form, or its test is one that
 * this library does not have; FLOWLINE_UNAVAILABLE if there is no ONNX Runtime of version 1.14 or
 * newer, and the message says where it was looked for. ONNX Runtime, once loaded, stays loaded. */
FLOWLINE_API flowline_status flowline_model_open(const char* path,
                                                 const flowline_model_options* options,
                                                 flowline_model** model);

/* Frees a model, which may be NULL. */
FLOWLINE_API void flowline_model_close(flowline_model* model);

/* Returns what the model is, as one JSON object of these members: schema, flowline, modelDigest,
 * model, input, outputs, test, calibration, recalibrated, guardBand, engine. The manual says what
 * they are. The text is valid until the model is recalibrated or closed; "" for NULL. */
FLOWLINE_API const char* flowline_model_description(const flowline_model* model);

/* Says how the network's input is made, for flowline_preprocess.
 *
 * preprocessing: struct_size is given, receives the others. */
FLOWLINE_API flowline_status flowline_model_preprocessing(const flowline_model* model,
                                                          flowline_preprocessing* preprocessing);

/* ---- Verdicts ------------------------------------------------------------------------------- */

/* The answer about one frame, in host memory. The caller sets struct_size and what it wants written;
 * the other members are received. */
typedef struct flowline_judgement {
  uint32_t struct_size; /* sizeof(flowline_judgement) */
  flowline_verdict verdict;
  float min_log10_nfa; /* as in flowline_maps; FLT_MAX if nothing was tested */
  /* How unusual the image is, as the model defines it; high is anomalous. NaN by flowline_judge if the
   * model's score is not made of the latents ("mapsLikelihood" of the description is false): the
   * network's own outputs are its score and map. */
  float anomaly_score;
  double log10_epsilon; /* the threshold */
  /* The false-alarm rate per image that the threshold promises; NaN if it was set by hand. If
   * calibration.expected of the description is true, as of a model that was trained with few images
   * that took turns, it is the rate to be expected, and nobody guarantees it. */
  double promised;
  double p_value; /* as of flowline_p_value; NaN if nothing was tested, or the file cannot say */
  /* Set by the caller: room for `capacity` regions; may be NULL if capacity is 0. It receives the
   * first ones, the most meaningful first, in pixels of the frame. There is at least one if the
   * verdict is FLOWLINE_DEFECT or FLOWLINE_UNDECIDED, and none otherwise. A region's box covers all
   * pixels of the frame that its pixels of the map touch. Its zone is an index of test.zones of the
   * description; 0 for a test without zones. */
  flowline_region* regions;
  int64_t capacity;     /* set by the caller */
  int64_t region_count; /* how many regions there are, perhaps more than capacity */
  /* Set by the caller: NULL, or (height, width) of the network's input, receive the maps: the decided
   * map of flowline_inspect, and the model's anomaly map. The latter is left as it is where
   * anomaly_score is NaN. */
  float* log10_nfa;
  float* anomaly_map;
} flowline_judgement;

/* Judges the latents of frames by the file's test.
 *
 * latents: `scales` tensors, finest first, of the channels and sizes that the description lists, all
 *     of one batch size; host memory.
 * frames: (batch), of which size and crop alone are read, to give regions in their pixels. NULL:
 *     regions are in pixels of the network's input.
 * judgements: (batch). */
FLOWLINE_API flowline_status flowline_judge(flowline_context* context, const flowline_model* model,
                                            const flowline_tensor* latents, int32_t scales,
                                            const flowline_frame* frames,
                                            flowline_judgement* judgements);

/* Inspects frames: flowline_preprocess, the network, flowline_judge.
 *
 * frames: (count), whose sizes and formats may differ.
 * count: 1 to 2^30.
 * judgements: (count).
 *
 * If the model was opened without an engine, the status is FLOWLINE_INVALID_ARGUMENT. */
FLOWLINE_API flowline_status flowline_model_inspect(flowline_context* context,
                                                    const flowline_model* model,
                                                    const flowline_frame* frames, int64_t count,
                                                    flowline_judgement* judgements);

/* ---- Recalibration -------------------------------------------------------------------------- */

/* Sets the threshold anew, by flowline_log10_epsilon, and the images of the p-values. A guard band of
 * the old threshold goes. "modelDigest" of the description stays, as that of the network's model, and
 * "recalibrated" has the time in UTC, "2026-11-30T15:49:02Z": the two together name what decides.
 *
 * min_log10_nfa: (images), of good images by this model, which have done nothing else: the model was
 *     not trained on them, nor its law measured.
 * images, rate, confidence: as of flowline_log10_epsilon.
 *
 * If there are too few images for the rate, the status is FLOWLINE_TOO_FEW_IMAGES. After any error
 * the model is as it was. */
FLOWLINE_API flowline_status flowline_model_recalibrate(flowline_model* model,
                                                        const float* min_log10_nfa, int64_t images,
                                                        double rate, double confidence);

/* Writes the file as it was opened, but with the test and calibration that the model has now. A file
 * of that name is replaced at once, when all is written. Golden images whose verdict or regions
 * depend on the threshold that was changed are left out. Weights in a second file are not copied.
 *
 * path: of the file to write; it may be the one that was opened. */
FLOWLINE_API flowline_status flowline_model_save(const flowline_model* model, const char* path);

#ifdef __cplusplus
}
#endif
#endif
