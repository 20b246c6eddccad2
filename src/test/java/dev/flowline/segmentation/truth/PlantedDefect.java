package dev.flowline.segmentation.truth;

import dev.flowline.segmentation.truth.Shape.Scale;
import java.util.SplittableRandom;

/**
 * A square whose latents have more energy than good ones.
 *
 * @param side in positions of the finest scale
 * @param strength what the energy is multiplied with; on a coarser scale, for the share of a
 *     position that the square covers
 */
record PlantedDefect(int side, double strength) {
  /**
   * Raises the energies of one image somewhere.
   *
   * @param z by scale, (C, H, W)
   */
  void plant(SplittableRandom random, Shape shape, float[][] z) {
    Scale finest = shape.finest();
    int x = random.nextInt(finest.width() - side + 1);
    int y = random.nextInt(finest.height() - side + 1);
    for (int l = 0; l < z.length; l++) {
      Scale scale = shape.scales().get(l);
      double cellWidth = (double) finest.width() / scale.width();
      double cellHeight = (double) finest.height() / scale.height();
      for (int row = 0; row < scale.height(); row++) {
        double rows = overlap(row * cellHeight, cellHeight, y) / cellHeight;
        for (int column = 0; column < scale.width() && rows > 0; column++) {
          double covered = rows * overlap(column * cellWidth, cellWidth, x) / cellWidth;
          float factor = (float) Math.sqrt(1 + covered * (strength - 1));
          for (int i = row * scale.width() + column; i < z[l].length; i += scale.positions()) {
            z[l][i] *= factor;
          }
        }
      }
    }
  }

  /** How much of [from, from + length) lies in the square, which begins at start. */
  private double overlap(double from, double length, int start) {
    return Math.max(0, Math.min(from + length, start + side) - Math.max(from, start));
  }
}
