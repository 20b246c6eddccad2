package dev.flowline.detectability;

import dev.flowline.data.synthesis.DefectKind;
import dev.flowline.random.Seeds;
import dev.flowline.random.SplitMix64;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The design of a study: made-up defects of each kind and contrast, whose sizes are spread evenly
 * over the logarithm: each step of the sizes has as many, at random sizes within it.
 *
 * @param kinds at least one
 * @param contrasts shares of the span of an image's samples, in (0, 1], ascending
 * @param smallest size in pixels, at least 1
 * @param largest size in pixels, more than the smallest
 * @param steps of the sizes
 * @param perStep defects in each step, per kind and contrast
 * @param realContrast contrast of real defects, above 0; null if it is not known
 */
public record DefectDesign(
    List<DefectKind> kinds,
    List<Double> contrasts,
    double smallest,
    double largest,
    int steps,
    int perStep,
    long seed,
    Double realContrast) {
  /** The usual contrasts. */
  public static final List<Double> CONTRASTS = List.of(0.1, 0.25, 0.5);

  private static final int SIZE_DRAW = 100; // apart from what a painter draws
  private static final int IMAGE_DRAW = 101;

  /** A defect that is to be made. */
  record PlannedDefect(DefectKind kind, double contrast, double size, long seed) {
    /** Draws which of some images the defect is made on. */
    int image(int images) {
      return SplitMix64.of(seed, IMAGE_DRAW).below(images);
    }
  }

  /**
   * @throws IllegalArgumentException naming what is out of its bounds
   */
  public DefectDesign {
    kinds = List.copyOf(kinds);
    contrasts = contrasts.stream().distinct().sorted().toList();
    if (kinds.isEmpty() || contrasts.isEmpty()) {
      throw new IllegalArgumentException("a study takes at least one kind and one contrast");
    }
    for (double contrast : contrasts) {
      if (!(contrast > 0 && contrast <= 1)) {
        throw new IllegalArgumentException(
            "contrast must be above 0 and at most 1, got %s: 0.25 is a quarter of the span of an image's samples"
                .formatted(contrast));
      }
    }
    if (!(smallest >= 1 && Double.isFinite(largest))) {
      throw new IllegalArgumentException(
          "the smallest size must be at least 1 pixel, got " + smallest);
    }
    if (!(largest > smallest)) {
      throw new IllegalArgumentException(
          "a curve takes at least two sizes: the largest must be above the smallest, got %s and %s pixels"
              .formatted(largest, smallest));
    }
    if (steps < 2 || perStep < 1) {
      throw new IllegalArgumentException(
          "steps must be at least 2 and perStep at least 1, got %s and %s"
              .formatted(steps, perStep));
    }
  }

  /** Makes the design without knowledge of real defects. */
  public DefectDesign(
      List<DefectKind> kinds,
      List<Double> contrasts,
      double smallest,
      double largest,
      int steps,
      int perStep,
      long seed) {
    this(kinds, contrasts, smallest, largest, steps, perStep, seed, null);
  }

  /** Returns the usual largest size for images whose shorter side has so many pixels. */
  public static double usualLargest(int shorterSide) {
    return Math.max(4, shorterSide / 5.0);
  }

  /** Returns the usual smallest size for images whose shorter side has so many pixels. */
  public static double usualSmallest(int shorterSide) {
    return Math.max(2, shorterSide / 200.0);
  }

  /** Returns the number of defects per kind and contrast. */
  public int perCurve() {
    return steps * perStep;
  }

  /**
   * Returns the same design, which speaks first of its contrast that is nearest to another.
   *
   * @param contrast of real defects, above 0; null if it is not known
   */
  public DefectDesign about(Double contrast) {
    return new DefectDesign(kinds, contrasts, smallest, largest, steps, perStep, seed, contrast);
  }

  /**
   * Returns the contrast of which the study speaks first: the one nearest to that of real defects,
   * or the middle one.
   */
  public double mainContrast() {
    return realContrast == null
        ? contrasts.get((contrasts.size() - 1) / 2)
        : contrasts.stream()
            .min(Comparator.comparingDouble(each -> Math.abs(Math.log(each / realContrast))))
            .orElseThrow();
  }

  /** Returns the defects that are to be made. */
  List<PlannedDefect> defects() {
    List<PlannedDefect> defects = new ArrayList<>();
    double ratio = Math.pow(largest / smallest, 1.0 / steps);
    for (int repeat = 0; repeat < perStep; repeat++) {
      for (int step = 0; step < steps; step++) {
        for (DefectKind kind : kinds) {
          for (double contrast : contrasts) {
            long own =
                Seeds.at(seed, repeat, step, kind.ordinal(), Double.doubleToLongBits(contrast));
            double within = step + SplitMix64.of(own, SIZE_DRAW).next();
            defects.add(new PlannedDefect(kind, contrast, smallest * Math.pow(ratio, within), own));
          }
        }
      }
    }
    return defects;
  }
}
