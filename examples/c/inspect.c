/* From a frame to its verdict: inspect MODEL.onnx FRAME.pnm...
 *
 * MODEL.onnx is what `flowline export` wrote, a frame a binary PGM or PPM file (P5 or P6; 8 bits, or
 * 16 of which the first byte is the higher one). The line of a frame: its name, verdict, log10 NFA,
 * score, p-value, and x y width height of each region, in its pixels, the most meaningful first. */
#include <flowline/inspect.h>
#include <stdio.h>
#include <stdlib.h>

enum { REGIONS = 8 };
static const char* const VERDICTS[] = {"NOT_INSPECTED", "GOOD", "DEFECT", "UNDECIDED"};

static int fail(const char* what, const char* why) {
  fprintf(stderr, "inspect: %s: %s\n", what, why);
  return 2;
}

/* Reads a file into memory that the caller frees; returns the reason if it cannot. */
static const char* read_pnm(const char* name, flowline_frame* frame, unsigned char** pixels) {
  FILE* file = fopen(name, "rb");
  int colours, width, height, white;
  if (file == NULL) return "cannot be opened";
  if (fscanf(file, "P%d %d %d %d", &colours, &width, &height, &white) != 4 || fgetc(file) == EOF ||
      (colours != 5 && colours != 6) || width < 1 || height < 1 || width > 1 << 16 ||
      height > 1 << 16 || (white != 255 && white != 65535))
    return fclose(file), "is no PGM or PPM file of 8 or 16 bits";
  const size_t samples = (size_t)width * (size_t)height * (colours == 5 ? 1 : 3);
  const size_t bytes = samples * (white == 255 ? 1 : 2);
  *pixels = malloc(bytes);
  const size_t read = *pixels == NULL ? 0 : fread(*pixels, 1, bytes, file);
  fclose(file);
  if (read != bytes) return "ends in the middle";
  for (size_t i = 0; white == 65535 && i < samples; i++) { /* to the byte order of the machine */
    const unsigned char* at = *pixels + 2 * i;
    ((unsigned short*)(void*)*pixels)[i] = (unsigned short)(at[0] << 8 | at[1]);
  }
  const int format[] = {FLOWLINE_FRAME_GRAY8, FLOWLINE_FRAME_RGB8, FLOWLINE_FRAME_GRAY16,
                        FLOWLINE_FRAME_RGB16};
  *frame = (flowline_frame){.struct_size = sizeof *frame,
                            .format = format[colours - 5 + (white == 255 ? 0 : 2)],
                            .data = *pixels,
                            .height = height,
                            .width = width};
  return NULL;
}

int main(int count, char** arguments) {
  flowline_context* context;
  flowline_model* model;
  int defects = 0;
  if (count < 3) return fail("usage", "inspect MODEL.onnx FRAME.pnm...");
  if (flowline_context_create(NULL, &context) || flowline_model_open(arguments[1], NULL, &model))
    return fail("model", flowline_last_error());
  for (int i = 2; i < count; i++) {
    flowline_frame frame;
    flowline_region regions[REGIONS];
    flowline_judgement is = {.struct_size = sizeof is, .regions = regions, .capacity = REGIONS};
    unsigned char* pixels = NULL;
    const char* why = read_pnm(arguments[i], &frame, &pixels);
    if (why != NULL) return free(pixels), fail(arguments[i], why);
    if (flowline_model_inspect(context, model, &frame, 1, &is))
      return free(pixels), fail(arguments[i], flowline_last_error());
    printf("%s %s %.9g %.9g %.9g", arguments[i], VERDICTS[is.verdict], is.min_log10_nfa,
           is.anomaly_score, is.p_value);
    for (int k = 0; k < is.region_count && k < REGIONS; k++)
      printf(" [%d %d %d %d]", regions[k].x, regions[k].y, regions[k].width, regions[k].height);
    puts("");
    defects += is.verdict != FLOWLINE_GOOD;
    free(pixels);
  }
  flowline_model_close(model);
  flowline_context_destroy(context);
  return defects > 0; /* as of `flowline inspect` */
}
