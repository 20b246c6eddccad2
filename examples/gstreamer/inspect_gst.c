/* From a GStreamer pipeline to verdicts: inspect_gst MODEL.onnx "PIPELINE"
 *
 * MODEL.onnx is what `flowline export` wrote. PIPELINE is one of gst-launch-1.0 up to its frames, as
 * "filesrc location=parts.avi ! decodebin" or "videotestsrc num-buffers=3"; what inspects them is put
 * behind it. It posts the verdict on each frame as an element message on the pipeline's bus. This
 * program prints these messages, one a line, until the stream ends. The exit code is that of `flowline
 * inspect`: 0 if all frames are good, 1 if one is not, 2 for errors. */
#include <flowline/inspect.h>
#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

enum { REGIONS = 8 };
static const char* const VERDICTS[] = {"NOT_INSPECTED", "GOOD", "DEFECT", "UNDECIDED"};
static const char* const SINK =
    " ! videoconvert ! appsink name=flowline sync=false max-buffers=1"
    " caps=\"video/x-raw,format=(string){GRAY8,RGB,BGR}\"";

typedef struct Gate {
  flowline_context* context; /* of the one thread that streams */
  flowline_model* model;
  guint64 frames;
} Gate;

/* Returns the message about a frame. Its regions are arrays of x, y, width and height, in pixels of the
 * frame, the most meaningful first. */
static GstMessage* message_of(GstObject* sink, const flowline_judgement* is, guint64 frame,
                              GstClockTime time) {
  GstStructure* verdict =
      gst_structure_new("flowline", "frame", G_TYPE_UINT64, frame, "timestamp", G_TYPE_UINT64, time,
                        "verdict", G_TYPE_STRING, VERDICTS[is->verdict], "log10-nfa", G_TYPE_DOUBLE,
                        (double)is->min_log10_nfa, "score", G_TYPE_DOUBLE,
                        (double)is->anomaly_score, "p-value", G_TYPE_DOUBLE, is->p_value, NULL);
  GValue regions = G_VALUE_INIT;
  g_value_init(&regions, GST_TYPE_ARRAY);
  for (int64_t i = 0; i < is->region_count && i < REGIONS; i++) {
    const flowline_region* at = &is->regions[i];
    const int numbers[] = {at->x, at->y, at->width, at->height};
    GValue region = G_VALUE_INIT;
    g_value_init(&region, GST_TYPE_ARRAY);
    for (int k = 0; k < 4; k++) {
      GValue number = G_VALUE_INIT;
      g_value_init(&number, G_TYPE_INT);
      g_value_set_int(&number, numbers[k]);
      gst_value_array_append_and_take_value(&region, &number);
    }
    gst_value_array_append_and_take_value(&regions, &region);
  }
  gst_structure_take_value(verdict, "regions", &regions);
  return gst_message_new_element(sink, verdict);
}

/* Inspects a frame, in the thread that streams. */
static GstFlowReturn inspect(GstAppSink* sink, gpointer data) {
  Gate* gate = data;
  GstSample* sample = gst_app_sink_pull_sample(sink);
  GstVideoInfo info;
  GstVideoFrame video;
  if (sample == NULL) return GST_FLOW_EOS;
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  if (!gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) ||
      !gst_video_frame_map(&video, &info, buffer, GST_MAP_READ)) {
    GST_ELEMENT_ERROR(sink, STREAM, FORMAT, ("the frame cannot be read"), (NULL));
    gst_sample_unref(sample);
    return GST_FLOW_ERROR;
  }
  const GstVideoFormat format = GST_VIDEO_FRAME_FORMAT(&video);
  const flowline_frame frame = {.struct_size = sizeof frame,
                                .format = format == GST_VIDEO_FORMAT_GRAY8 ? FLOWLINE_FRAME_GRAY8
                                          : format == GST_VIDEO_FORMAT_RGB ? FLOWLINE_FRAME_RGB8
                                                                           : FLOWLINE_FRAME_BGR8,
                                .data = GST_VIDEO_FRAME_PLANE_DATA(&video, 0),
                                .height = GST_VIDEO_FRAME_HEIGHT(&video),
                                .width = GST_VIDEO_FRAME_WIDTH(&video),
                                .row_bytes = GST_VIDEO_FRAME_PLANE_STRIDE(&video, 0)};
  flowline_region regions[REGIONS];
  flowline_judgement is = {.struct_size = sizeof is, .regions = regions, .capacity = REGIONS};
  const flowline_status status = flowline_model_inspect(gate->context, gate->model, &frame, 1, &is);
  if (status == FLOWLINE_OK) {
    GstMessage* message = message_of(GST_OBJECT(sink), &is, gate->frames++, GST_BUFFER_PTS(buffer));
    gst_element_post_message(GST_ELEMENT(sink), message);
  } else {
    GST_ELEMENT_ERROR(sink, LIBRARY, FAILED, ("%s", flowline_last_error()), (NULL));
  }
  gst_video_frame_unmap(&video);
  gst_sample_unref(sample);
  return status == FLOWLINE_OK ? GST_FLOW_OK : GST_FLOW_ERROR;
}

/* Prints the messages of the bus until the stream ends; returns the exit code. */
static int watch(GstBus* bus) {
  int code = 0;
  for (;;) {
    GstMessage* message = gst_bus_timed_pop_filtered(
        bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    const GstStructure* structure = gst_message_get_structure(message);
    const GstMessageType type = GST_MESSAGE_TYPE(message);
    if (type == GST_MESSAGE_ELEMENT && gst_structure_has_name(structure, "flowline")) {
      char* text = gst_structure_to_string(structure);
      g_print("%s\n", text);
      g_free(text);
      if (strcmp(gst_structure_get_string(structure, "verdict"), "GOOD") != 0) code = 1;
    } else if (type == GST_MESSAGE_ERROR) {
      GError* error = NULL;
      gst_message_parse_error(message, &error, NULL);
      g_printerr("inspect_gst: %s: %s\n", GST_OBJECT_NAME(message->src), error->message);
      g_clear_error(&error);
      code = 2;
    }
    gst_message_unref(message);
    if (type != GST_MESSAGE_ELEMENT) return code;
  }
}

static int fail(const char* what, const char* why) {
  g_printerr("inspect_gst: %s: %s\n", what, why);
  return 2;
}

int main(int count, char** arguments) {
  Gate gate = {0};
  GError* error = NULL;
  gst_init(&count, &arguments);
  if (count != 3) return fail("usage", "inspect_gst MODEL.onnx \"PIPELINE\"");
  if (flowline_context_create(NULL, &gate.context) ||
      flowline_model_open(arguments[1], NULL, &gate.model))
    return fail("model", flowline_last_error());
  char* description = g_strconcat(arguments[2], SINK, NULL);
  GstElement* pipeline =
      gst_parse_launch_full(description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  g_free(description);
  if (pipeline == NULL) return fail("pipeline", error->message);
  GstElement* sink = gst_bin_get_by_name(GST_BIN(pipeline), "flowline");
  GstAppSinkCallbacks callbacks = {.new_sample = inspect};
  gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, &gate, NULL);
  gst_object_unref(sink);

  GstBus* bus = gst_element_get_bus(pipeline);
  gst_element_set_state(pipeline, GST_STATE_PLAYING); /* if it fails, the bus has the error */
  int code = watch(bus);
  gst_element_set_state(pipeline, GST_STATE_NULL); /* the streaming thread has ended now */
  if (code == 0 && gate.frames == 0) code = fail("pipeline", "it has no frames");
  gst_object_unref(bus);
  gst_object_unref(pipeline);
  flowline_model_close(gate.model);
  flowline_context_destroy(gate.context);
  return code;
}
