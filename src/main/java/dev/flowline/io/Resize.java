package dev.flowline.io;

/**
 * An antialiased bilinear resize of interleaved images, first along rows, then along columns,
 * handing out finished rows from top to bottom. Only as many intermediate rows are held as one
 * output row needs.
 *
 * <p>8-bit images are resized in PIL's fixed-point arithmetic, rounded to 8 bits after each of the
 * two directions: bit for bit what PIL gives. 16-bit images, which PIL does not resize, are not
 * rounded.
 */
final class Resize {
  /** Takes row {@code y} of the result: (width, channels), 0 … 255; reused for the next. */
  @FunctionalInterface
  interface Rows8 {
    void accept(int y, int[] row);
  }

  /** Takes row {@code y} of the result: (width, channels), 0 … 65535; reused for the next. */
  @FunctionalInterface
  interface Rows16 {
    void accept(int y, float[] row);
  }

  private static final int HALF = 1 << (ResizeFilter.FIXED_BITS - 1);

  private Resize() {}

  static void resize8(Image image, int height, int width, Rows8 rows) {
    byte[] in = image.samples8();
    int channels = image.channels();
    ResizeFilter across = ResizeFilter.of(image.width(), width);
    ResizeFilter down = ResizeFilter.of(image.height(), height);
    int[][] ring = new int[down.taps()][width * channels];
    int[] out = new int[width * channels];
    int made = 0;
    for (int y = 0; y < height; y++) {
      int first = down.first()[y];
      int count = down.count()[y];
      for (made = Math.max(made, first); made < first + count; made++) {
        int start = made * image.width() * channels;
        across8(in, start, channels, across, ring[made % ring.length]);
      }
      java.util.Arrays.fill(out, HALF);
      for (int k = 0; k < count; k++) {
        int weight = down.fixed()[y * down.taps() + k];
        int[] row = ring[(first + k) % ring.length];
        for (int i = 0; i < out.length; i++) {
          out[i] += weight * row[i];
        }
      }
      for (int i = 0; i < out.length; i++) {
        out[i] = Math.min(out[i] >> ResizeFilter.FIXED_BITS, 255);
      }
      rows.accept(y, out);
    }
  }

  static void resize16(Image image, int height, int width, Rows16 rows) {
    short[] in = image.samples16();
    int channels = image.channels();
    ResizeFilter across = ResizeFilter.of(image.width(), width);
    ResizeFilter down = ResizeFilter.of(image.height(), height);
    float[][] ring = new float[down.taps()][width * channels];
    float[] out = new float[width * channels];
    int made = 0;
    for (int y = 0; y < height; y++) {
      int first = down.first()[y];
      int count = down.count()[y];
      for (made = Math.max(made, first); made < first + count; made++) {
        int start = made * image.width() * channels;
        across16(in, start, channels, across, ring[made % ring.length]);
      }
      java.util.Arrays.fill(out, 0);
      for (int k = 0; k < count; k++) {
        float weight = down.weight()[y * down.taps() + k];
        float[] row = ring[(first + k) % ring.length];
        for (int i = 0; i < out.length; i++) {
          out[i] += weight * row[i];
        }
      }
      rows.accept(y, out);
    }
  }

  private static void across8(byte[] in, int start, int channels, ResizeFilter filter, int[] out) {
    int[] fixed = filter.fixed();
    int width = out.length / channels;
    for (int x = 0; x < width; x++) {
      int at = start + filter.first()[x] * channels;
      int weights = x * filter.taps();
      int end = weights + filter.count()[x];
      if (channels == 1) {
        int grey = HALF;
        for (int k = weights; k < end; k++) {
          grey += fixed[k] * (in[at++] & 0xFF);
        }
        out[x] = Math.min(grey >> ResizeFilter.FIXED_BITS, 255);
      } else {
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (int k = weights; k < end; k++, at += 3) {
          int weight = fixed[k];
          red += weight * (in[at] & 0xFF);
          green += weight * (in[at + 1] & 0xFF);
          blue += weight * (in[at + 2] & 0xFF);
        }
        out[3 * x] = Math.min(red >> ResizeFilter.FIXED_BITS, 255);
        out[3 * x + 1] = Math.min(green >> ResizeFilter.FIXED_BITS, 255);
        out[3 * x + 2] = Math.min(blue >> ResizeFilter.FIXED_BITS, 255);
      }
    }
  }

  private static void across16(
      short[] in, int start, int channels, ResizeFilter filter, float[] out) {
    float[] weight = filter.weight();
    int width = out.length / channels;
    for (int x = 0; x < width; x++) {
      int weights = x * filter.taps();
      for (int c = 0; c < channels; c++) {
        int at = start + filter.first()[x] * channels + c;
        float sum = 0;
        for (int k = 0; k < filter.count()[x]; k++, at += channels) {
          sum += weight[weights + k] * (in[at] & 0xFFFF);
        }
        out[x * channels + c] = sum;
      }
    }
  }
}
