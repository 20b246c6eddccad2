package dev.flowline.io;

/** {@link Preprocessing#apply} in plain Java: {@link Resize}, then (x − mean) / std by sample. */
final class SlowPreprocessing {
  private SlowPreprocessing() {}

  /** Returns (3, height, width). */
  static float[] apply(Preprocessing preprocessing, Image image) {
    int height = preprocessing.height();
    int width = preprocessing.width();
    float[] out = new float[preprocessing.inputLength()];
    boolean clipped = image.bits() == 16 && preprocessing.bits() != null;
    float white = clipped ? (1 << preprocessing.bits()) - 1 : image.maximum();
    if (image.bits() == 8) {
      Resize.resize8(
          image,
          height,
          width,
          (y, row) -> {
            for (int i = 0; i < 3 * width; i++) {
              put(preprocessing, out, y, i, row[sample(image, i)] / white);
            }
          });
    } else {
      Resize.resize16(
          image,
          height,
          width,
          (y, row) -> {
            for (int i = 0; i < 3 * width; i++) {
              float scaled = row[sample(image, i)] / white;
              put(preprocessing, out, y, i, clipped ? Math.min(1f, scaled) : scaled);
            }
          });
    }
    return out;
  }

  /** Returns which sample of a row becomes value i of (width, 3). */
  private static int sample(Image image, int i) {
    return image.channels() == 1 ? i / 3 : i;
  }

  private static void put(Preprocessing to, float[] out, int y, int i, float scaled) {
    int channel = i % 3;
    float mean = to.mean().get(channel).floatValue();
    float std = to.std().get(channel).floatValue();
    out[(channel * to.height() + y) * to.width() + i / 3] = (scaled - mean) / std;
  }
}
