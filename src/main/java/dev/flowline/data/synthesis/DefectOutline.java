package dev.flowline.data.synthesis;

import dev.flowline.random.SplitMix64;

/**
 * The outline of a made-up defect around its centre: how much of each pixel it covers.
 *
 * @param reach no pixel farther from the centre than that is covered, in pixels
 */
record DefectOutline(
    DefectKind kind, double along, double across, double cosine, double sine, double reach) {
  /** A scratch is so many times as long as wide, unless that is narrower than a pixel. */
  private static final double SLENDERNESS = 8;

  /** A stain's strength is half at this share of its outer radius. */
  private static final double HALF_STRENGTH = 0.75;

  private static final int SAMPLES = 4; // per pixel along each axis

  /** Draws an outline of a size, in pixels, at a random angle. */
  static DefectOutline of(DefectKind kind, double size, SplitMix64 random) {
    double angle = random.between(-Math.PI / 2, Math.PI / 2);
    double cosine = StrictMath.cos(angle);
    double sine = StrictMath.sin(angle);
    double roundness = random.between(0.6, 1);
    double side = size / StrictMath.sqrt(2);
    return switch (kind) {
      case SCRATCH -> {
        double width = Math.max(Math.min(1, side), size / SLENDERNESS);
        double length = StrictMath.sqrt(size * size - width * width);
        yield new DefectOutline(kind, length / 2, width / 2, cosine, sine, size / 2);
      }
      case SPOT -> new DefectOutline(kind, size / 2, size / 2, cosine, sine, size / 2);
      case STAIN -> {
        double outer = size / 2 / HALF_STRENGTH;
        yield new DefectOutline(kind, outer, outer * roundness, cosine, sine, outer);
      }
      case MISSING, CUT_PASTE ->
          new DefectOutline(kind, side / 2, side / 2, cosine, sine, size / 2);
    };
  }

  /**
   * Returns the share of a pixel that is covered, 0 to 1; of a stain its strength.
   *
   * @param dx from the centre to the middle of the pixel, to the right
   * @param dy from the centre to the middle of the pixel, downwards
   */
  double coverage(double dx, double dy) {
    double sum = 0;
    for (int row = 0; row < SAMPLES; row++) {
      for (int column = 0; column < SAMPLES; column++) {
        double x = dx + (column + 0.5) / SAMPLES - 0.5;
        double y = dy + (row + 0.5) / SAMPLES - 0.5;
        sum += strength((cosine * x + sine * y) / along, (cosine * y - sine * x) / across);
      }
    }
    return sum / (SAMPLES * SAMPLES);
  }

  /** Returns the strength at a point, in halves of the extents along and across. */
  private double strength(double u, double v) {
    return switch (kind) {
      case SPOT -> u * u + v * v <= 1 ? 1 : 0;
      case STAIN -> {
        double radius = StrictMath.sqrt(u * u + v * v);
        double inner = 2 * HALF_STRENGTH - 1;
        double faded = Math.min(1, Math.max(0, (1 - radius) / (1 - inner)));
        yield faded * faded * (3 - 2 * faded);
      }
      case SCRATCH, MISSING, CUT_PASTE -> Math.abs(u) <= 1 && Math.abs(v) <= 1 ? 1 : 0;
    };
  }
}
