package dev.flowline.eval;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.data.Dataset;
import dev.flowline.metrics.NanAsAbsent;
import dev.flowline.metrics.NanAsNull;
import java.util.List;
import java.util.Map;

/**
 * The result of an evaluation: how well a model does on a test set. Every figure that cannot be
 * known (no defects, no masks) is NaN, in JSON null.
 *
 * @param pixelAuroc over all pixels
 * @param imageAuroc by anomalyScore
 * @param nfaImageAuroc by minLog10Nfa, small being anomalous
 * @param aupro up to a false positive rate of 0.3
 * @param meanIou over all images, good ones included
 * @param meanIouOfDefectImages automatic mean IoU over the defective images alone
 * @param oracleThreshold the log10Epsilon of {@code meanIou.oracle}
 * @param fairThreshold the threshold of the anomaly map of {@code meanIou.fair}; NaN, and absent in
 *     JSON, unless the training images were inspected
 * @param anomalyMapOracle the best that a threshold of the anomaly map could do on this set
 * @param log10Epsilon detected is where log10Nfa is below
 * @param operatingPoint what log10Epsilon guarantees and does; null if it was set by hand
 * @param operatingPoints the same for other rates that its calibration can guarantee
 * @param thresholdRules what this threshold does beside those that others set, on the same maps
 * @param goodImages images without defect
 * @param falseAlarmImages those of them that are judged DEFECT: with minLog10Nfa below
 *     log10Epsilon, and below the guard band if there is one
 * @param falseAlarmsPerGoodImage regions of the detected mask a good image
 * @param defectImages images with a defect
 * @param defectImagesFound those of them that are judged DEFECT, with a detected pixel in the
 *     ground truth if there is one
 * @param defectImagesAlarmedElsewhere those of them that are judged DEFECT, but no detected pixel
 *     lies in the ground truth
 * @param undecided the images that are neither GOOD nor DEFECT; null, and absent in JSON, if the
 *     model decides about every image
 * @param imagesWithoutGroundTruth defective images without mask: left out of everything by pixel
 * @param trainingImagesLeftOut test images that were left out, because training or calibration had
 *     used them; null if the model does not record its training images
 * @param imagesOutOfRange test images whose input is out of the range of the calibration images, as
 *     that of a black frame is; null if the model knows no range
 * @param warnings what is odd about the dataset, its masks and images, one sentence each
 * @param byDefect by defect type, in alphabetical order
 * @param timings by stage
 */
public record EvaluationResult(
    @NanAsNull double pixelAuroc,
    @NanAsNull double imageAuroc,
    @NanAsNull double nfaImageAuroc,
    @NanAsNull double aupro,
    MeanIouByThreshold meanIou,
    @NanAsNull double meanIouOfDefectImages,
    @NanAsNull double oracleThreshold,
    @NanAsAbsent double fairThreshold,
    BestThreshold anomalyMapOracle,
    @NanAsNull double log10Epsilon,
    OperatingPoint operatingPoint,
    List<OperatingPoint> operatingPoints,
    List<RuleOutcome> thresholdRules,
    int goodImages,
    int falseAlarmImages,
    @NanAsNull double falseAlarmsPerGoodImage,
    int defectImages,
    int defectImagesFound,
    int defectImagesAlarmedElsewhere,
    @JsonInclude(JsonInclude.Include.NON_NULL) UndecidedImages undecided,
    int imagesWithoutGroundTruth,
    Integer trainingImagesLeftOut,
    Integer imagesOutOfRange,
    List<String> warnings,
    Map<String, DefectTypeResult> byDefect,
    Map<String, StageTiming> timings,
    @JsonIgnore EvaluationDetails details) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * The threshold with the highest mean IoU.
   *
   * @param threshold detected is where the score is above
   */
  public record BestThreshold(@NanAsNull double threshold, @NanAsNull double meanIou) {}

  /** Returns how many images with a defect are judged GOOD; those that are UNDECIDED are not. */
  public int defectImagesMissed() {
    return ConfusionMatrix.of(this).missed();
  }

  /** Returns whether the fair threshold was measured. */
  @JsonIgnore
  public boolean hasFair() {
    return !Double.isNaN(fairThreshold);
  }

  /** Returns the warnings that are not those of the dataset's folders, which are known before. */
  public List<String> warningsBeside(Dataset dataset) {
    return warnings.stream().filter(warning -> !dataset.warnings().contains(warning)).toList();
  }

  /** Returns one JSON object, with the components here as keys. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
