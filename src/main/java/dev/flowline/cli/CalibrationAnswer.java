package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.calibration.GroupMix;
import dev.flowline.calibration.GuardBandText;
import dev.flowline.calibration.Recalibrator;
import dev.flowline.io.ExactName;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelFacts;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.segmentation.Zone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The answer of {@code calibrate --json}.
 *
 * @param modelFileUri the file as a URI with the bytes of its name; null if the name is UTF-8
 * @param log10EpsilonBefore the threshold until now
 * @param requested the requested false-alarm rate
 * @param guaranteed the guaranteed false-alarm rate, or the expected one
 * @param expected whether it is only expected, since the calibration is a cross-fitted one
 * @param calibrationImages good images that set log10Epsilon
 * @param mix shares of the groups that the images are weighted for; null without
 * @param effectiveImages how many images of the mix are as good; null without a mix
 * @param imagesMissing good images more that it takes to guarantee the requested rate
 * @param lawImages images that measured the region law; 0 without one
 * @param lawIsNew whether these images measured it
 * @param fieldOfView digest of the field of view; null for the whole image
 * @param smallestRegion the least number of positions of a region that can make a defect; null if
 *     regions of any size can
 * @param zones with their shares of the false alarms; null for none
 * @param guardBand within which parts are UNDECIDED; null if every part is decided about
 * @param imagesLeftOut images that set no threshold, because they measured the law that stays
 * @param copiesLeftOut images that were left out, because they are copies of others or named twice
 * @param trainingImagesLeftOut images that were left out, because the model was trained on them;
 *     null if the model does not record its training images
 * @param filesLeftOut what lay in the folders and is no image; null for nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record CalibrationAnswer(
    String modelFile,
    String modelFileUri,
    double log10Epsilon,
    double log10EpsilonBefore,
    @JsonProperty("asked") FalseAlarmRate requested,
    @JsonProperty("promised") double guaranteed,
    boolean expected,
    int calibrationImages,
    GroupMix mix,
    Double effectiveImages,
    int imagesMissing,
    NullHypothesis nullHypothesis,
    NullHypothesis nullHypothesisBefore,
    int lawImages,
    boolean lawIsNew,
    String fieldOfView,
    Integer smallestRegion,
    List<ZoneShare> zones,
    CalibratedGuardBand guardBand,
    int imagesLeftOut,
    int copiesLeftOut,
    Integer trainingImagesLeftOut,
    List<String> filesLeftOut) {

  /**
   * A zone.
   *
   * @param share of the false alarms
   * @param smallestRegion its own; null if it has that of the test
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ZoneShare(String name, double share, Integer smallestRegion) {
    static ZoneShare of(Zone zone) {
      return new ZoneShare(zone.name(), zone.share(), zone.smallestRegion());
    }
  }

  /**
   * Returns the answer of a calibration.
   *
   * @param band null if every part is decided about
   * @param model what the model was until now
   * @param written the model file
   * @param trainingImages that were left out; null if they are not recorded
   */
  static CalibrationAnswer of(
      Recalibrator.Recalibrated result,
      CalibratedGuardBand band,
      ModelConfig model,
      Path written,
      CalibrationImages images,
      Integer trainingImages) {
    SegmentationOptions before = model.segmentation();
    SegmentationOptions now = result.test();
    Calibration calibration = result.calibration();
    return new CalibrationAnswer(
        written.toString(),
        ExactName.uriOf(written),
        now.log10Epsilon(),
        before.log10Epsilon(),
        calibration.requested(),
        calibration.guaranteed(),
        !calibration.isGuaranteed(),
        calibration.goodImages(),
        calibration.mix(),
        calibration.mix() == null ? null : calibration.effectiveImages(),
        calibration.imagesMissing(),
        now.nullHypothesis(),
        before.nullHypothesis(),
        now.law() == null ? 0 : now.law().images(),
        result.lawIsNew(),
        now.fieldOfView() == null ? null : now.fieldOfView().sha256(),
        now.smallestRegion() == 0 ? null : now.smallestRegion(),
        now.zones() == null ? null : now.zones().list().stream().map(ZoneShare::of).toList(),
        band,
        result.leftOut(),
        images.copies(),
        trainingImages,
        LeftOutFiles.namesOf(images.listed()));
  }

  /** Returns the answer for people. */
  static String inWords(
      Recalibrator.Recalibrated result, CalibratedGuardBand band, ModelConfig model, Path written) {
    SegmentationOptions before = model.segmentation();
    SegmentationOptions now = result.test();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: log10Epsilon %.2f, before %.2f, from %s",
            written,
            now.log10Epsilon(),
            before.log10Epsilon(),
            FalseAlarmText.of(result.calibration())));
    boolean same = now.nullHypothesis() == before.nullHypothesis() && !result.lawIsNew();
    lines.add(
        "test: %s (%s)"
            .formatted(
                ModelFacts.inWords(now),
                same ? "as before" : "before: " + ModelFacts.inWords(before)));
    if (now.fieldOfView() != null) {
      lines.add("field of view: " + now.fieldOfView().inWords());
    }
    if (now.zones() != null) {
      now.zones().inWords(now).forEach((zone, words) -> lines.add(zone + ": " + words));
    }
    if (band != null) {
      lines.add("guard band: " + GuardBandText.of(band, now.log10Epsilon(), result.calibration()));
    }
    if (result.leftOut() > 0) {
      lines.add(
          "left out: %s images that had measured the region law, which stays as it is"
              .formatted(result.leftOut()));
    }
    return String.join(System.lineSeparator(), lines);
  }
}
