package dev.flowline.eval;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * The automatic segmentation of one image, judged.
 *
 * @param detected whether it is called defective: smallestLog10Nfa &lt; log10Epsilon
 * @param regions 4-connected regions of the detected mask; 0 also where interpolation has levelled
 *     what is detected
 * @param iou of the detected mask and the ground truth; NaN where no mask exists
 */
public record ImageOutcome(
    String name,
    String defectType,
    Path file,
    boolean detected,
    int regions,
    double iou,
    double anomalyScore,
    double smallestLog10Nfa) {
  /** The four things that can happen, the worst first. */
  public enum Detection {
    FALSE_ALARM,
    MISSED,
    FOUND,
    CLEAR
  }

  /** False alarms, misses, then by rising IoU; the last resort is the name. */
  public static final Comparator<ImageOutcome> WORST_FIRST =
      Comparator.comparing(ImageOutcome::detection)
          .thenComparingDouble(ImageOutcome::iou)
          .thenComparingDouble(o -> o.good() ? o.smallestLog10Nfa() : -o.smallestLog10Nfa())
          .thenComparing(ImageOutcome::defectType)
          .thenComparing(ImageOutcome::name);

  /** Whether the image has no defect. */
  public boolean good() {
    return defectType.equals(EvaluatedImage.GOOD);
  }

  /** Whether its ground truth is known. */
  public boolean judged() {
    return !Double.isNaN(iou);
  }

  public Detection detection() {
    if (good()) {
      return detected() ? Detection.FALSE_ALARM : Detection.CLEAR;
    }
    return detected() ? Detection.FOUND : Detection.MISSED;
  }
}
