package dev.flowline.eval;

import dev.flowline.data.Sample;
import dev.flowline.metrics.ConnectedComponents;
import dev.flowline.metrics.MeanIou;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * The outcome of one image: its automatic segmentation against the ground truth.
 *
 * @param detected whether it is judged defective: minLog10Nfa &lt; log10Epsilon
 * @param regions number of 4-connected regions of the detected mask; 0 also if interpolation has
 *     levelled them out of the map
 * @param iou of the detected mask and the ground truth; NaN if there is no mask
 */
public record ImageOutcome(
    String name,
    String defectType,
    Path file,
    boolean detected,
    int regions,
    double iou,
    double anomalyScore,
    double minLog10Nfa) {
  /** The four kinds of outcome, the worst first. */
  public enum Detection {
    FALSE_ALARM,
    MISSED,
    FOUND,
    CLEAR
  }

  /** The order of outcomes: false alarms, misses, then by rising IoU; the last key is the name. */
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
   */
  static ImageOutcome of(EvaluatedImage image, int width, double log10Epsilon) {
    boolean[] mask = new boolean[image.log10Nfa().length];
    int intersection = 0;
    int union = 0;
    for (int i = 0; i < mask.length; i++) {
      mask[i] = image.log10Nfa()[i] < log10Epsilon;
      boolean truth = image.groundTruth() != null && image.groundTruth()[i];
      intersection += mask[i] && truth ? 1 : 0;
      union += mask[i] || truth ? 1 : 0;
    }
    boolean judged = image.good() || image.groundTruth() != null;
    return new ImageOutcome(
        image.name(),
        image.defectType(),
        image.file(),
        image.minLog10Nfa() < log10Epsilon,
        ConnectedComponents.of(mask, width, 4).count(),
        judged ? MeanIou.iou(intersection, union) : Double.NaN,
        image.anomalyScore(),
        image.minLog10Nfa());
  }

  /** Returns whether the image has no defect. */
  public boolean good() {
    return defectType.equals(Sample.GOOD);
  }

  /** Returns whether the ground truth is known. */
  public boolean judged() {
    return !Double.isNaN(iou);
  }

  /** Returns the kind of this outcome. */
  public Detection detection() {
    if (good()) {
      return detected() ? Detection.FALSE_ALARM : Detection.CLEAR;
    }
    return detected() ? Detection.FOUND : Detection.MISSED;
  }
}
