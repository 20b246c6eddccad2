package dev.flowline.segmentation;

/** Bilinear interpolation, corners not aligned, by its definition and in double. */
public final class Bilinear {
  private Bilinear() {}

  public static double[] resize(double[] map, int height, int width, int outHeight, int outWidth) {
    double[] out = new double[outHeight * outWidth];
    for (int y = 0; y < outHeight; y++) {
      double sourceY = Math.max((y + 0.5) * height / outHeight - 0.5, 0);
      int y0 = (int) sourceY;
      int y1 = Math.min(y0 + 1, height - 1);
      double fy = sourceY - y0;
      for (int x = 0; x < outWidth; x++) {
        double sourceX = Math.max((x + 0.5) * width / outWidth - 0.5, 0);
        int x0 = (int) sourceX;
        int x1 = Math.min(x0 + 1, width - 1);
        double fx = sourceX - x0;
        out[y * outWidth + x] =
            (1 - fy) * ((1 - fx) * map[y0 * width + x0] + fx * map[y0 * width + x1])
                + fy * ((1 - fx) * map[y1 * width + x0] + fx * map[y1 * width + x1]);
      }
    }
    return out;
  }

  /** The same with every step in float32, as a tensor library does it. */
  static float[] resizeInFloat(float[] map, int height, int width, int outHeight, int outWidth) {
    float[] out = new float[outHeight * outWidth];
    float down = (float) height / outHeight;
    float right = (float) width / outWidth;
    for (int y = 0; y < outHeight; y++) {
      float sourceY = Math.max((y + 0.5f) * down - 0.5f, 0);
      int y0 = Math.min((int) sourceY, height - 1);
      int y1 = Math.min(y0 + 1, height - 1);
      float fy = sourceY - y0;
      for (int x = 0; x < outWidth; x++) {
        float sourceX = Math.max((x + 0.5f) * right - 0.5f, 0);
        int x0 = Math.min((int) sourceX, width - 1);
        int x1 = Math.min(x0 + 1, width - 1);
        float fx = sourceX - x0;
        float top = (1 - fx) * map[y0 * width + x0] + fx * map[y0 * width + x1];
        float bottom = (1 - fx) * map[y1 * width + x0] + fx * map[y1 * width + x1];
        out[y * outWidth + x] = (1 - fy) * top + fy * bottom;
      }
    }
    return out;
  }
}
