/* From a camera's frame to a network's input: the frame as it lies in memory, a part of it, resized
 * and normalised as Flowline's models expect it. */
#include <flowline/flowline.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEIGHT = 480, WIDTH = 640, ROW_BYTES = 3 * WIDTH + 64, SIDE = 64 };

static unsigned char pixels[HEIGHT * ROW_BYTES]; /* blue, green, red; 64 bytes behind each row */
static float input[3 * SIDE * SIDE];             /* red, then green, then blue */

static void check(flowline_status status) {
  if (status == FLOWLINE_OK) return;
  fprintf(stderr, "%s: %s\n", flowline_status_name(status), flowline_last_error());
  exit(1);
}

int main(void) {
  for (int y = 0; y < HEIGHT; y++) { /* a red part on a grey ground */
    for (int x = 0; x < WIDTH; x++) {
      unsigned char* pixel = pixels + y * ROW_BYTES + 3 * x;
      const int part = x >= 320;
      pixel[0] = pixel[1] = part ? 20 : 128;
      pixel[2] = part ? 230 : 128;
    }
  }
  flowline_frame frame = {.struct_size = sizeof frame, .format = FLOWLINE_FRAME_BGR8};
  frame.data = pixels;
  frame.height = HEIGHT;
  frame.width = WIDTH;
  frame.row_bytes = ROW_BYTES;
  frame.crop_x = 120; /* 400 x 400 pixels, the part in their right half */
  frame.crop_y = 40;
  frame.crop_width = frame.crop_height = 400;
  const flowline_preprocessing to = {.struct_size = sizeof to,
                                     .height = SIDE,
                                     .width = SIDE,
                                     .mean = {0.485f, 0.456f, 0.406f},
                                     .deviation = {0.229f, 0.224f, 0.225f}};
  flowline_context* context;
  check(flowline_context_create(NULL, &context));
  check(flowline_preprocess(context, &frame, 1, &to, input));
  for (int c = 0; c < 3; c++) {
    const float* row = input + (c * SIDE + SIDE / 2) * SIDE;
    printf("%s: %.4f on the ground, %.4f beside the edge, %.4f on the part\n",
           c == 0   ? "red"
           : c == 1 ? "green"
                    : "blue",
           row[0], row[SIDE / 2 - 1], row[SIDE - 1]);
  }
  flowline_context_destroy(context);
}
