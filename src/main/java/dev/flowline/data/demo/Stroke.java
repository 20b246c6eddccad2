package dev.flowline.data.demo;

/** The share of each pixel that a drawn line covers. */
final class Stroke {
  private final int size;
  private final float[] cover;
  private float fromX = Float.NaN;
  private float fromY = Float.NaN;

  Stroke(int size) {
    this.size = size;
    cover = new float[size * size];
  }

  void moveTo(float x, float y) {
    fromX = x;
    fromY = y;
  }

  /** Draws on from the last point; the first call only sets it. */
  void lineTo(float x, float y, float halfWidth) {
    if (!Float.isNaN(fromX)) {
      segment(fromX, fromY, x, y, halfWidth);
    }
    moveTo(x, y);
  }

  private void segment(float ax, float ay, float bx, float by, float halfWidth) {
    float reach = halfWidth + 1;
    int top = Math.max(0, (int) (Math.min(ay, by) - reach));
    int bottom = Math.min(size - 1, (int) (Math.max(ay, by) + reach) + 1);
    int left = Math.max(0, (int) (Math.min(ax, bx) - reach));
    int right = Math.min(size - 1, (int) (Math.max(ax, bx) + reach) + 1);
    float dx = bx - ax;
    float dy = by - ay;
    float squared = Math.max(1e-6f, dx * dx + dy * dy);
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        float t = ((x - ax) * dx + (y - ay) * dy) / squared;
        t = Math.max(0, Math.min(1, t));
        float ex = x - ax - t * dx;
        float ey = y - ay - t * dy;
        float distance = (float) Math.sqrt(ex * ex + ey * ey);
        float covered = Math.max(0, Math.min(1, halfWidth + 0.5f - distance));
        cover[y * size + x] = Math.max(cover[y * size + x], covered);
      }
    }
  }

  float cover(int pixel) {
    return cover[pixel];
  }
}
