package dev.flowline.eval;

/**
 * The peak of one test image's score map: what a threshold of its pixels makes of the image.
 *
 * @param good whether the image has no defect
 * @param anywhere the highest score; an image alarms if it is above the threshold
 * @param onDefect the highest score in the ground truth: the defect is found if it is above the
 *     threshold; {@code anywhere} if no ground truth marks where the defect is
 */
public record Peak(boolean good, double anywhere, double onDefect) {
  /**
   * Returns the peak of a map.
   *
   * @param scores (H·W), high = anomalous
   * @param groundTruth (H·W), true = defect; null if there is no mask
   */
  static Peak of(float[] scores, boolean[] groundTruth, boolean good) {
    double anywhere = Double.NEGATIVE_INFINITY;
    double onDefect = Double.NEGATIVE_INFINITY;
    boolean marked = false;
    for (int i = 0; i < scores.length; i++) {
      anywhere = Math.max(anywhere, scores[i]);
      if (groundTruth != null && groundTruth[i]) {
        marked = true;
        onDefect = Math.max(onDefect, scores[i]);
      }
    }
    return new Peak(good, anywhere, marked ? onDefect : anywhere);
  }

  /** Returns the peak of what is in view of an image's anomaly map. */
  static Peak ofMap(EvaluatedImage image) {
    float[] map = image.anomalyMap();
    if (image.inView() != null) {
      map = map.clone();
      for (int i = 0; i < map.length; i++) {
        map[i] = image.inView()[i] ? map[i] : Float.NEGATIVE_INFINITY;
      }
    }
    return of(map, image.groundTruth(), image.good());
  }

  /**
   * Returns the peak of a map of log10 NFA, as significance −log10 NFA.
   *
   * @param log10Nfa (H·W), small = meaningful
   * @param minLog10Nfa the number that decides
   * @param groundTruth (H·W), true = defect; null if there is no mask
   */
  static Peak ofNfa(float[] log10Nfa, double minLog10Nfa, boolean[] groundTruth, boolean good) {
    float[] significance = log10Nfa.clone();
    for (int i = 0; i < significance.length; i++) {
      significance[i] = -significance[i];
    }
    Peak pixels = of(significance, groundTruth, good);
    boolean marked = groundTruth != null && contains(groundTruth);
    return new Peak(good, -minLog10Nfa, marked ? pixels.onDefect : -minLog10Nfa);
  }

  private static boolean contains(boolean[] mask) {
    for (boolean pixel : mask) {
      if (pixel) {
        return true;
      }
    }
    return false;
  }

  /** Returns the peak of an outcome by log10 NFA, as significance −log10 NFA. */
  static Peak of(ImageOutcome outcome) {
    return new Peak(outcome.good(), -outcome.minLog10Nfa(), -outcome.minLog10NfaOnDefect());
  }

  boolean alarms(double threshold) {
    return anywhere > threshold;
  }

  boolean found(double threshold) {
    return !good && onDefect > threshold;
  }

  /** Returns whether a defective image alarms, but not on its defect. */
  boolean alarmsElsewhere(double threshold) {
    return !good && anywhere > threshold && onDefect <= threshold;
  }
}
