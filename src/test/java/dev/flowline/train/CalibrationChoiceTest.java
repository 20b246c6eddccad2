package dev.flowline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationChoiceTest {
  private static final CalibrationPlan SPLIT =
      new CalibrationPlan(NullHypothesis.CALIBRATED, 0.15, CalibrationPlan.USUAL_RATE);

  private static final ModelConfig TRAINED = config(ModelKind.U_FLOW, Backbone.RESNET18);

  private static ModelConfig config(ModelKind kind, Backbone backbone) {
    return new ModelConfig(
        kind,
        "c",
        ExtractorConfig.of(backbone),
        Preprocessing.imageNet(64, 64),
        kind.facts().settings(),
        0,
        new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0));
  }

  private static Dataset dataset(int images) {
    return new Dataset(
        "c",
        IntStream.range(0, images).mapToObj(i -> Sample.good(Path.of(i + ".png"))).toList(),
        List.of(),
        List.of());
  }

  private static CalibrationChoice choice(CalibrationPlan split, int images) {
    return CalibrationChoice.of(split, TRAINED, dataset(images), 0.15, 0, null);
  }

  /** A split needs 124 images: 15 % of them are 19, rounded, as many as 5 % takes. */
  @ParameterizedTest
  @CsvSource({
    "127, false",
    "124, false",
    "123, true",
    "45, true",
    "10, true",
    "5, true",
    "4, false"
  })
  void aSplitIsChosenWhereItKeepsTheRate(int images, boolean crossFitted) {
    CalibrationChoice choice = choice(SPLIT, images);
    assertEquals(crossFitted, choice.plan().crossFitting() != null, choice.why());
    if (!crossFitted) {
      assertEquals(SPLIT, choice.plan(), "the split stays as it was");
    }
  }

  @Test
  void saysWhyInOneSentence() {
    assertEquals(
        "cross-fitted in 10 folds, since a split of 45 good images leaves 7 for the region law,"
            + " which takes 10, and 7 for the threshold, which takes 19 for 5.0 %",
        choice(SPLIT, 45).why());
    assertEquals(
        "split, since 213 good images leave 32 for the region law and 32 for the threshold",
        choice(SPLIT, 213).why());
    assertEquals(
        "split, since cross-fitting takes at least 5 good images, and there are 4",
        choice(SPLIT, 4).why());
  }

  @Test
  void aHigherRateNeedsFewerImages() {
    CalibrationPlan easy =
        new CalibrationPlan(NullHypothesis.CALIBRATED, 0.15, new FalseAlarmRate(0.1, null));
    assertNull(choice(easy, 70).plan().crossFitting());
    assertEquals(new CrossFitting(5), choice(SPLIT, 70).plan().crossFitting());
  }

  /** A fit costs nothing, so that each image is held out on its own: unless features differ too. */
  @ParameterizedTest
  @CsvSource({
    "PADIM, resnet18, 45, 45",
    "PADIM, resnet18, 100, 60",
    "PADIM, patch-pca, 45, 10",
    "U_FLOW, resnet18, 45, 10",
    "U_FLOW, resnet18, 100, 5"
  })
  void whatIsFittedLeavesOneOut(ModelKind kind, String backbone, int images, int folds) {
    CalibrationChoice choice =
        CalibrationChoice.of(
            SPLIT, config(kind, Backbone.named(backbone)), dataset(images), 0.15, 0, null);
    assertEquals(new CrossFitting(folds), choice.plan().crossFitting(), choice.why());
  }

  @Test
  void aThresholdByHandIsNotCrossFitted() {
    CalibrationPlan byHand = new CalibrationPlan(NullHypothesis.CALIBRATED, 0, null);
    assertEquals(byHand, choice(byHand, 20).plan());
  }

  /** Slices of three patients cannot be held out as five. */
  @Test
  void groupsCountAndNotImages() {
    List<Sample> slices =
        IntStream.range(0, 60)
            .mapToObj(i -> Sample.good(Path.of(i + ".tif")).inGroup("patient " + i % 3))
            .toList();
    Dataset patients = new Dataset("c", slices, List.of(), List.of());
    CalibrationChoice choice = CalibrationChoice.of(SPLIT, TRAINED, patients, 0.15, 0, null);
    assertNull(choice.plan().crossFitting(), choice.why());
  }

  @Test
  void foldsThatCannotBeAreRefusedInOneLine() {
    for (int folds : new int[] {1, 21, -3}) {
      IllegalArgumentException refused =
          assertThrows(
              IllegalArgumentException.class,
              () -> CalibrationChoice.crossFitted(SPLIT, TRAINED, dataset(20), folds, ""));
      assertTrue(refused.getMessage().contains("folds must be 2 to 20"), refused.getMessage());
    }
    IllegalArgumentException few =
        assertThrows(
            IllegalArgumentException.class,
            () -> CalibrationChoice.crossFitted(SPLIT, TRAINED, dataset(4), null, ""));
    assertTrue(few.getMessage().contains("at least 5 good images"), few.getMessage());
    assertTrue(few.getMessage().contains("add good images"), few.getMessage());
    IllegalArgumentException halves =
        assertThrows(
            IllegalArgumentException.class,
            () -> CalibrationChoice.crossFitted(SPLIT, TRAINED, dataset(7), 2, ""));
    assertTrue(halves.getMessage().contains("leave 4 of 7"), halves.getMessage());
  }
}
