package dev.flowline.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Dataset;
import dev.flowline.data.ImageDigests;
import dev.flowline.data.Mask;
import dev.flowline.data.Sample;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import dev.flowline.segmentation.RegionLaw;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationSamplesTest {
  @TempDir Path folder;
  private final List<Sample> train = new ArrayList<>();
  private List<String> digests;
  private Dataset dataset;

  /** Six files, which no one needs to decode. */
  @BeforeEach
  void write() throws IOException {
    for (int i = 0; i < 6; i++) {
      Path file = Files.writeString(folder.resolve(i + ".png"), "content " + i);
      train.add(new Sample(file, new Mask.None(), Sample.GOOD));
    }
    digests = ImageDigests.of(train);
    dataset = new Dataset("part", train, List.of(), List.of());
  }

  private static ModelConfig config(Provenance provenance) {
    return TinyLine.config(32, 32, 7).withProvenance(provenance);
  }

  private Provenance trained(List<String> calibration) {
    return new Provenance(
        new Provenance.Creation(
            "train",
            "1.2.3",
            "2026-11-29T10:00:00Z",
            "parts",
            List.of(),
            Map.of(),
            new Provenance.TrainingImages(
                digests.subList(0, 2), digests.subList(2, 3), calibration)));
  }

  @Test
  void thoseThatSetTheThresholdOfTheTraining() {
    CalibrationSamples found =
        CalibrationSamples.of(config(trained(List.of(digests.get(5), digests.get(3)))), dataset);
    assertEquals(List.of(train.get(3), train.get(5)), found.samples());
    assertNull(found.missing());
  }

  @Test
  void theLatestCalibrationCountsWithoutTheImagesOfItsLaw() {
    Provenance first =
        Provenance.calibrated(trained(digests.subList(5, 6)), Instant.EPOCH, digests.subList(0, 1));
    Provenance latest = Provenance.calibrated(first, Instant.EPOCH, digests.subList(2, 5));
    RegionLaw law =
        new RegionLaw(Collections.nCopies(10, new float[] {0.5f}))
            .withMeasuredOn(List.of(digests.get(2), digests.get(3).substring(0, 16)));
    ModelConfig config = config(latest);
    ModelConfig withLaw = config.withSegmentation(config.segmentation().withLaw(law), null);
    assertEquals(List.of(train.get(4)), CalibrationSamples.of(withLaw, dataset).samples());
    assertEquals(train.subList(2, 5), CalibrationSamples.of(config, dataset).samples());
  }

  /** A guard band of repeats, which may be of training images, sets no threshold. */
  @Test
  void imagesOfAGuardBandSetNoThreshold() {
    Provenance trained = trained(digests.subList(5, 6));
    Provenance band =
        Provenance.calibrated(trained, Instant.EPOCH, List.of(), digests.subList(0, 2));
    assertEquals(train.subList(5, 6), CalibrationSamples.of(config(band), dataset).samples());
    Provenance anew =
        Provenance.calibrated(band, Instant.EPOCH, digests.subList(3, 5), digests.subList(0, 1));
    Provenance kept = Provenance.calibrated(anew, Instant.EPOCH, List.of());
    assertEquals(train.subList(3, 5), CalibrationSamples.of(config(kept), dataset).samples());
    assertTrue(band.used().containsAll(digests.subList(0, 2)));
  }

  @Test
  void whatWasCrossFittedStaysSoWithoutNewImages() {
    Provenance band =
        Provenance.calibrated(trained(List.of()), Instant.EPOCH, List.of(), digests.subList(0, 2));
    ModelConfig config = config(band);
    Calibration crossFitted =
        Calibration.of(List.of(new CalibrationImage(-1, null, null)), new FalseAlarmRate(0.5, null))
            .crossFitted(new CrossFitting(2));
    assertMissing(
        "that it has learned from", config.withSegmentation(config.segmentation(), crossFitted));
  }

  @Test
  void whatIsMissingSaysWhy() throws IOException {
    assertMissing("does not record", config(null));
    assertMissing("were held out", config(trained(List.of())));
    assertMissing(
        "only 1 of the 2 good images", config(trained(List.of(digests.get(4), "0".repeat(32)))));
    assertMissing("none of the 1 good images", config(trained(List.of("0".repeat(32)))));
    Files.delete(train.get(4).image());
    assertMissing("4.png", config(trained(digests.subList(5, 6))));
  }

  private void assertMissing(String why, ModelConfig config) {
    CalibrationSamples found = CalibrationSamples.of(config, dataset);
    assertEquals(List.of(), found.samples());
    assertTrue(found.missing().contains(why), found.missing());
  }
}
