package dev.flowline.eval;

import dev.flowline.calibration.OutOfRange;
import dev.flowline.data.Sample;
import dev.flowline.line.Verdict;
import dev.flowline.metrics.ConnectedComponents;
import dev.flowline.metrics.MeanIou;
import dev.flowline.segmentation.GuardBand;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The outcome of one image: its automatic segmentation against the ground truth.
 *
 * @param detection what became of it at log10Epsilon
 * @param regions number of 4-connected regions of the detected mask
 * @param iou of the detected mask and the ground truth; NaN if there is no mask
 * @param minLog10NfaOnDefect the lowest pixel of the map in the ground truth: the defect is found
 *     if it is below log10Epsilon; minLog10Nfa if no ground truth marks where the defect is
 * @param pValue see {@link dev.flowline.line.Inspection}; null if it is not known
 * @param outOfRange what about its input is out of the range of the calibration images; null if
 *     that is not known
 */
public record ImageOutcome(
    String name,
    String defectType,
    Path file,
    Detection detection,
    int regions,
    double iou,
    double anomalyScore,
    double minLog10Nfa,
    double minLog10NfaOnDefect,
    Double pValue,
    List<OutOfRange> outOfRange) {
  /** The kinds of outcome, the worst first. */
  public enum Detection {
    /** A good image is judged defective. */
    FALSE_ALARM("false alarm"),
    /** A defective image is judged good. */
    MISSED("missed"),
    /** A defective image is judged defective, but no detected pixel lies on the defect. */
    ALARMED_ELSEWHERE("alarmed elsewhere"),
    /** An image, good or defective, is judged UNDECIDED. */
    UNDECIDED("undecided"),
    /**
     * A defective image is judged defective, with a detected pixel on the defect if it is marked.
     */
    FOUND("found"),
    /** A good image is judged good. */
    CLEAR("clear");

    private final String words;

    Detection(String words) {
      this.words = words;
    }

    /** Returns the outcome in a word or two. */
    public String inWords() {
      return words;
    }

    /** Returns whether the verdict is right: a good image is GOOD, a defective one DEFECT. */
    public boolean isRight() {
      return !isWrong() && this != UNDECIDED;
    }

    /** Returns whether the verdict is wrong: a good image is DEFECT, a defective one GOOD. */
    public boolean isWrong() {
      return this == FALSE_ALARM || this == MISSED;
    }
  }

  /**
   * The order of outcomes: false alarms, misses, alarms elsewhere, undecided, then by rising IoU;
   * the last key is the name.
   */
  public static final Comparator<ImageOutcome> WORST_FIRST =
      Comparator.comparing(ImageOutcome::detection)
          .thenComparingDouble(ImageOutcome::iou)
          .thenComparingDouble(o -> o.good() ? o.minLog10Nfa() : -o.minLog10Nfa())
          .thenComparing(ImageOutcome::defectType)
          .thenComparing(ImageOutcome::name);

  /**
   * Returns the outcome of an image at a threshold.
   *
   * @param width columns of its maps
   * @param log10Epsilon a pixel is detected if its log10Nfa is below
   * @param band around log10Epsilon
   */
  static ImageOutcome of(EvaluatedImage image, int width, double log10Epsilon, GuardBand band) {
    boolean[] mask = new boolean[image.log10Nfa().length];
    int intersection = 0;
    int union = 0;
    double onDefect = Double.POSITIVE_INFINITY;
    for (int i = 0; i < mask.length; i++) {
      mask[i] = image.log10Nfa()[i] < log10Epsilon;
      boolean truth = image.groundTruth() != null && image.groundTruth()[i];
      intersection += mask[i] && truth ? 1 : 0;
      union += mask[i] || truth ? 1 : 0;
      onDefect = truth ? Math.min(onDefect, image.log10Nfa()[i]) : onDefect;
    }
    double lowest = onDefect == Double.POSITIVE_INFINITY ? image.minLog10Nfa() : onDefect;
    boolean judged = image.good() || image.groundTruth() != null;
    return new ImageOutcome(
        image.name(),
        image.defectType(),
        image.file(),
        band.leavesUndecided(image.minLog10Nfa(), log10Epsilon)
            ? Detection.UNDECIDED
            : kind(image.good(), image.minLog10Nfa() < log10Epsilon, lowest < log10Epsilon),
        ConnectedComponents.of(mask, width, 4).count(),
        judged ? MeanIou.iou(intersection, union) : Double.NaN,
        image.anomalyScore(),
        image.minLog10Nfa(),
        lowest,
        image.pValue(),
        image.outOfRange());
  }

  /** Returns whether the image has no defect. */
  public boolean good() {
    return defectType.equals(Sample.GOOD);
  }

  /** Returns whether the ground truth is known. */
  public boolean judged() {
    return !Double.isNaN(iou);
  }

  /** Returns the verdict on the image. */
  public Verdict verdict() {
    return switch (detection) {
      case FALSE_ALARM, ALARMED_ELSEWHERE, FOUND -> Verdict.DEFECT;
      case MISSED, CLEAR -> Verdict.GOOD;
      case UNDECIDED -> Verdict.UNDECIDED;
    };
  }

  /** Returns whether a defective image alarms at a threshold, but not on its defect. */
  boolean alarmedElsewhere(double log10Epsilon) {
    return !good() && minLog10Nfa < log10Epsilon && minLog10NfaOnDefect >= log10Epsilon;
  }

  private static Detection kind(boolean good, boolean detected, boolean onDefect) {
    if (good) {
      return detected ? Detection.FALSE_ALARM : Detection.CLEAR;
    }
    if (!detected) {
      return Detection.MISSED;
    }
    return onDefect ? Detection.FOUND : Detection.ALARMED_ELSEWHERE;
  }
}
