package dev.flowline.segmentation.truth;

import dev.flowline.segmentation.FieldOfView;
import java.util.List;

/**
 * The sizes of a flow's latents.
 *
 * @param scales finest first
 */
record Shape(String name, List<Scale> scales) {
  static final Shape TWO_SCALES =
      new Shape(
          "two scales, 16 × 14² and 16 × 7²", List.of(new Scale(16, 14, 14), new Scale(16, 7, 7)));
  static final Shape ONE_SCALE = new Shape("one scale, 8 × 16²", List.of(new Scale(8, 16, 16)));

  record Scale(int channels, int height, int width) {
    int positions() {
      return height * width;
    }

    int values() {
      return channels * positions();
    }
  }

  Scale finest() {
    return scales.get(0);
  }

  /** The finest scale, one pixel a position. */
  FieldOfView view() {
    return FieldOfView.whole(finest().height(), finest().width());
  }

  /** Memory for the latents of one image: by scale, (C, H, W). */
  float[][] image() {
    return scales.stream().map(scale -> new float[scale.values()]).toArray(float[][]::new);
  }
}
