package dev.flowline.cli;

import dev.flowline.data.synthesis.DefectKind;
import dev.flowline.data.synthesis.ForegroundKind;
import dev.flowline.detectability.DefectDesign;
import dev.flowline.detectability.PodCurve;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.Option;

/** The made-up defects of a study: kinds, contrasts, sizes, places and number. */
final class DefectOptions {
  private static final int STEPS = 10;
  private static final int QUICK = 30;

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "K",
      completionCandidates = DefectKindNames.class,
      description =
          "Kinds of made-up defects, separated by commas: ${COMPLETION-CANDIDATES} (default: all).")
  private List<String> kinds = List.of();

  @Option(
      names = "--contrasts",
      split = ",",
      paramLabel = "X",
      description =
          "Mean differences of made-up defects to the good image, as shares of the span of its samples (default: 0.1,0.25,0.5; 0.25 with --quick).")
  private List<Double> contrasts = List.of();

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "FROM,TO",
      description =
          "Smallest and largest size of made-up defects, in pixels of the images, or in mm with --pixel-pitch (default: a 200th and a fifth of the images' shorter side).")
  private List<Double> sizes = List.of();

  @Option(
      names = "--pixel-pitch",
      paramLabel = "MM",
      description = "Millimetres from one pixel of the images to the next.")
  private Double pixelPitch;

  @Option(
      names = "--defects",
      paramLabel = "N",
      converter = WholeNumber.AtLeastOne.class,
      description = "Made-up defects per kind and contrast (default: 60; 30 with --quick).")
  private Integer defects;

  @Option(
      names = "--anywhere",
      description =
          "Lay defects anywhere in the field of view, beside the object too, if images show one.")
  private boolean anywhere;

  @Option(names = "--quick", description = "Make fewer defects, for a first look.")
  private boolean quick;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the made-up defects (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** Returns the pixel pitch, in mm; null if the user gave none. */
  Double pixelPitch() {
    return pixelPitch;
  }

  /** Returns on which part of an image defects lie. */
  ForegroundKind foreground() {
    return anywhere ? ForegroundKind.NONE : ForegroundKind.AUTO;
  }

  /**
   * Returns the design.
   *
   * @param shorterSide of the images, in pixels
   * @throws IllegalArgumentException naming the option that is out of its bounds
   */
  DefectDesign design(int shorterSide) {
    if (pixelPitch != null && !(pixelPitch > 0 && Double.isFinite(pixelPitch))) {
      throw new IllegalArgumentException("--pixel-pitch must be above 0, got " + pixelPitch);
    }
    if (!sizes.isEmpty() && sizes.size() != 2) {
      throw new IllegalArgumentException(
          "--sizes takes the smallest and the largest size, as in --sizes 3,60, got %s"
              .formatted(sizes.size() == 1 ? "one size only" : sizes.size() + " sizes"));
    }
    double unit = pixelPitch == null ? 1 : pixelPitch;
    int number = defects == null ? quick ? QUICK : PodCurve.LEAST_TRIALS : defects;
    int steps = Math.max(2, Math.min(STEPS, number));
    return new DefectDesign(
        kinds.isEmpty()
            ? List.of(DefectKind.values())
            : kinds.stream().map(DefectOptions::kind).distinct().toList(),
        contrasts.isEmpty()
            ? quick ? List.of(DefectDesign.CONTRASTS.get(1)) : DefectDesign.CONTRASTS
            : contrasts,
        sizes.isEmpty() ? DefectDesign.usualSmallest(shorterSide) : sizes.get(0) / unit,
        sizes.isEmpty() ? DefectDesign.usualLargest(shorterSide) : sizes.get(1) / unit,
        steps,
        (number + steps - 1) / steps,
        seed);
  }

  private static DefectKind kind(String name) {
    return Arrays.stream(DefectKind.values())
        .filter(kind -> kind.label().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--kinds: unknown kind '%s', must be one of %s"
                        .formatted(name, String.join(", ", new DefectKindNames()))));
  }

  /** The names of the kinds, for the help and for completion. */
  static final class DefectKindNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(DefectKind.values()).map(DefectKind::label).iterator();
    }
  }
}
