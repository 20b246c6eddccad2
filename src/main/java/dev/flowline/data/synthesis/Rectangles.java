package dev.flowline.data.synthesis;

import dev.flowline.random.SplitMix64;
import java.util.Arrays;

/** The fields of {@link AnomalyKind#CUT_PASTE} and {@link AnomalyKind#SCAR}. */
final class Rectangles {
  private final SplitMix64 random;
  private final int height;
  private final int width;
  private final boolean[] foreground;
  private final float[] field;

  /**
   * @param foreground (height, width), where centres may lie; null for everywhere
   * @param field (height, width), written: above 0 inside, 1 in the middle
   */
  Rectangles(SplitMix64 random, int height, int width, boolean[] foreground, float[] field) {
    this.random = random;
    this.height = height;
    this.width = width;
    this.foreground = foreground;
    this.field = field;
  }

  void draw(SynthesisSettings.Box box) {
    Arrays.fill(field, Float.NEGATIVE_INFINITY);
    int count = 1 + random.below(box.mostBoxes());
    for (int i = 0; i < count; i++) {
      double area = logUniform(box.leastArea(), box.mostArea()) * height * width;
      double aspect = logUniform(1 / box.mostAspect(), box.mostAspect());
      add(Math.sqrt(area * aspect) / 2, Math.sqrt(area / aspect) / 2, 0);
    }
  }

  void draw(SynthesisSettings.Scar scar) {
    Arrays.fill(field, Float.NEGATIVE_INFINITY);
    int side = Math.min(height, width);
    int count = 1 + random.below(scar.mostScars());
    for (int i = 0; i < count; i++) {
      double across = Math.max(1, side * logUniform(scar.leastWidth(), scar.mostWidth()));
      double along = Math.max(1, side * logUniform(scar.leastLength(), scar.mostLength()));
      add(along / 2, across / 2, random.between(-Math.PI / 2, Math.PI / 2));
    }
  }

  private void add(double halfLength, double halfWidth, double angle) {
    int centre = centre();
    double cosine = StrictMath.cos(angle);
    double sine = StrictMath.sin(angle);
    float alongX = (float) (cosine / halfLength);
    float alongY = (float) (sine / halfLength);
    float acrossX = (float) (-sine / halfWidth);
    float acrossY = (float) (cosine / halfWidth);
    for (int y = 0, i = 0; y < height; y++) {
      float dy = y - centre / width;
      float dx = -(centre % width);
      for (int x = 0; x < width; x++, i++) {
        float along = Math.abs(alongX * (dx + x) + alongY * dy);
        float across = Math.abs(acrossX * (dx + x) + acrossY * dy);
        field[i] = Math.max(field[i], 1 - Math.max(along, across));
      }
    }
  }

  /** A random pixel of the foreground, which is never empty. */
  private int centre() {
    int pixel = random.below(height * width);
    while (foreground != null && !foreground[pixel]) {
      pixel = random.below(height * width);
    }
    return pixel;
  }

  private double logUniform(double least, double most) {
    return least * StrictMath.pow(most / least, random.next());
  }
}
