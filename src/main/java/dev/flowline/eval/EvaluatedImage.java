package dev.flowline.eval;

import dev.flowline.data.Sample;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.StageTimings;
import java.nio.file.Path;

/**
 * What a model says of one test image, at the size of the evaluation, and what is true of it.
 *
 * @param name what reports call it
 * @param defectType {@link #GOOD} or the kind of defect
 * @param file the image itself, for the gallery; null where there is none
 * @param groundTruth (H·W), true = defect; null where no mask exists
 * @param anomalyMap (H·W), in [0, 1], high = anomalous
 * @param log10Nfa (H·W), small = meaningful
 * @param anomalyScore the map's maximum
 * @param smallestLog10Nfa of any region before interpolation: no pixel of log10Nfa lies below it
 * @param timingsMillis by stage of the inspection; null if they were not measured
 */
public record EvaluatedImage(
    String name,
    String defectType,
    Path file,
    boolean[] groundTruth,
    float[] anomalyMap,
    float[] log10Nfa,
    double anomalyScore,
    double smallestLog10Nfa,
    StageTimings timingsMillis) {
  /** The defect type of images without a defect. */
  public static final String GOOD = "good";

  public EvaluatedImage {
    if (defectType == null || defectType.isBlank()) {
      throw new IllegalArgumentException("defectType of " + name + " is empty");
    }
    if (Double.isNaN(anomalyScore)) {
      throw new IllegalArgumentException("anomalyScore of " + name + " is NaN");
    }
  }

  /**
   * Returns what an inspection says of a sample.
   *
   * @param groundTruth (H·W); null where no mask exists
   * @param timingsMillis by stage; null if they were not measured
   */
  public static EvaluatedImage of(
      Sample sample,
      boolean[] groundTruth,
      DetailedInspection inspection,
      StageTimings timingsMillis) {
    return new EvaluatedImage(
        sample.defectType() + "/" + sample.image().getFileName(),
        sample.defectType(),
        sample.image(),
        groundTruth,
        inspection.anomalyMap(),
        inspection.nfaMap().log10Nfa(),
        inspection.inspection().anomalyScore(),
        inspection.inspection().log10Nfa(),
        timingsMillis);
  }

  /** Whether it has no defect. */
  public boolean good() {
    return defectType.equals(GOOD);
  }
}
