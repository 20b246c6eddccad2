package dev.flowline.eval;

import dev.flowline.calibration.OutOfRange;
import dev.flowline.data.Sample;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.StageTimings;
import dev.flowline.segmentation.Zones;
import java.nio.file.Path;
import java.util.List;

/**
 * An evaluated image: the model's maps of one test image, at the size of the evaluation, and its
 * ground truth.
 *
 * @param name in reports
 * @param defectType {@link Sample#GOOD} or the name of the kind of defect
 * @param file the image itself, for the gallery; null if there is none
 * @param groundTruth (H·W), true = defect; null if there is no mask
 * @param anomalyMap (H·W), high = anomalous
 * @param log10Nfa (H·W), small = meaningful
 * @param anomalyScore of the whole image, high = anomalous
 * @param minLog10Nfa minimum over all regions before interpolation: no pixel of log10Nfa is below
 * @param pValue see {@link dev.flowline.line.Inspection}; null if it is not known
 * @param outOfRange what about its input is out of the range of the calibration images; null if
 *     that is not known
 * @param timingsMillis per stage of the inspection; null if they were not measured
 * @param published the peak of the significance by the published test; null if it was not run
 * @param inView (H·W), which pixels are in the field of view; null if all are
 * @param zones of the test; null without
 */
public record EvaluatedImage(
    String name,
    String defectType,
    Path file,
    boolean[] groundTruth,
    float[] anomalyMap,
    float[] log10Nfa,
    double anomalyScore,
    double minLog10Nfa,
    Double pValue,
    List<OutOfRange> outOfRange,
    StageTimings timingsMillis,
    Peak published,
    boolean[] inView,
    Zones zones) {
  public EvaluatedImage {
    if (defectType == null || defectType.isBlank()) {
      throw new IllegalArgumentException(
          "defectType of " + name + " must be the name of a type, got '" + defectType + "'");
    }
    outOfRange = outOfRange == null ? null : List.copyOf(outOfRange);
    if (Double.isNaN(anomalyScore)) {
      throw new IllegalArgumentException("anomalyScore of " + name + " must be a number, got NaN");
    }
  }

  /** Makes an image as a whole in view that was not judged by the published test. */
  public EvaluatedImage(
      String name,
      String defectType,
      Path file,
      boolean[] groundTruth,
      float[] anomalyMap,
      float[] log10Nfa,
      double anomalyScore,
      double minLog10Nfa,
      Double pValue,
      List<OutOfRange> outOfRange,
      StageTimings timingsMillis) {
    this(
        name,
        defectType,
        file,
        groundTruth,
        anomalyMap,
        log10Nfa,
        anomalyScore,
        minLog10Nfa,
        pValue,
        outOfRange,
        timingsMillis,
        null,
        null,
        null);
  }

  /**
   * Returns the evaluated image of a sample and its inspection.
   *
   * @param groundTruth (H·W), true = defect; null if there is no mask
   * @param timingsMillis per stage; null if they were not measured
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
        inspection.inspection().pValue(),
        inspection.inspection().outOfRange(),
        timingsMillis,
        null,
        inspection.view().isWhole() ? null : inspection.view().mask(),
        inspection.zones());
  }

  /** Returns whether the ground truth marks a defect, and no pixel of it is in view. */
  boolean isDefectOutOfView() {
    if (inView == null || groundTruth == null) {
      return false;
    }
    boolean any = false;
    for (int i = 0; i < groundTruth.length; i++) {
      any |= groundTruth[i];
      if (groundTruth[i] && inView[i]) {
        return false;
      }
    }
    return any;
  }

  /** Returns the same image with the ground truth of what is in view. */
  EvaluatedImage withTruthInView() {
    if (inView == null || groundTruth == null) {
      return this;
    }
    boolean[] truth = groundTruth.clone();
    for (int i = 0; i < truth.length; i++) {
      truth[i] &= inView[i];
    }
    return with(truth, published);
  }

  /**
   * Returns the same image, judged by the published test too.
   *
   * @param publishedLog10Nfa by this test, (H·W), small = meaningful
   * @param publishedMin its minimum over all regions before interpolation
   */
  public EvaluatedImage withPublished(float[] publishedLog10Nfa, double publishedMin) {
    return with(groundTruth, Peak.ofNfa(publishedLog10Nfa, publishedMin, groundTruth, good()));
  }

  private EvaluatedImage with(boolean[] truth, Peak ofPublished) {
    return new EvaluatedImage(
        name,
        defectType,
        file,
        truth,
        anomalyMap,
        log10Nfa,
        anomalyScore,
        minLog10Nfa,
        pValue,
        outOfRange,
        timingsMillis,
        ofPublished,
        inView,
        zones);
  }

  /** Returns whether the image has no defect. */
  public boolean good() {
    return defectType.equals(Sample.GOOD);
  }
}
