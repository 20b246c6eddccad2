package dev.flowline.cli;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.RepeatedParts;
import dev.flowline.data.Sample;
import dev.flowline.engine.EncodedImages;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.SyntheticImages;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The measurement of a guard band with a model.
 *
 * @param repeats the parts that were taken several times; {@link RepeatsFolder#NONE} for none
 * @param common prints progress
 */
record GuardBandMeasurement(AnomalyModel model, RepeatsFolder repeats, CommonOptions common) {
  /** Number of images of which synthetic repeats are made: those nearest to the threshold. */
  private static final int SYNTHETIC_PARTS = 12;

  private static final int SYNTHETIC_REPEATS = 5;

  /**
   * Returns the requested band; null for none.
   *
   * @param calibration of the test's threshold
   * @param good images, of which synthetic repeats are made
   * @param seed of synthetic repeats
   * @throws IllegalArgumentException with the way out, if there is none such
   * @throws IOException naming the file, if an image cannot be read
   */
  CalibratedGuardBand of(
      GuardBandOptions options,
      FalseAlarmRate review,
      SegmentationOptions test,
      Calibration calibration,
      List<Sample> good,
      long seed)
      throws IOException {
    if (review != null) {
      return CalibratedGuardBand.ofRates(calibration, review);
    }
    if (options.repeats() == null && !options.synthetic()) {
      return null;
    }
    RepeatedParts parts =
        options.synthetic() ? synthetic(test, good, seed) : taken(test, repeats.samples());
    return parts.guardBand(test.log10Epsilon(), options.confidence(), options.synthetic());
  }

  private RepeatedParts taken(SegmentationOptions test, List<Sample> images) throws IOException {
    List<Double> statistics = statistics(test, images);
    List<List<Double>> byPart = new ArrayList<>();
    int first = 0;
    for (List<Sample> part : repeats.parts().values()) {
      byPart.add(statistics.subList(first, first += part.size()));
    }
    return new RepeatedParts(byPart);
  }

  private RepeatedParts synthetic(SegmentationOptions test, List<Sample> good, long seed)
      throws IOException {
    List<Double> statistics = statistics(test, good);
    List<Sample> nearest =
        IntStream.range(0, good.size())
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    (Integer image) -> Math.abs(statistics.get(image) - test.log10Epsilon())))
            .limit(SYNTHETIC_PARTS)
            .map(good::get)
            .toList();
    if (nearest.size() < 2) {
      throw new IllegalArgumentException(
          "--synthetic-repeats takes at least two good images, got " + nearest.size());
    }
    List<Double> repeated = repeated(test, nearest, seed);
    return new RepeatedParts(
        IntStream.range(0, nearest.size())
            .mapToObj(
                part -> repeated.subList(part * SYNTHETIC_REPEATS, (part + 1) * SYNTHETIC_REPEATS))
            .toList());
  }

  private List<Double> statistics(SegmentationOptions test, List<Sample> images)
      throws IOException {
    try (Progress progress = Progress.on(common.err());
        Encoder encoder = new TorchEncoder(model)) {
      ImagesDone each = (done, total) -> progress.step("repeatability", done, total, "");
      return new Calibrator(model.device())
          .statistics(
              test,
              new EncodedImages(encoder, preprocessing(), images, each.counter(images.size())));
    }
  }

  private List<Double> repeated(SegmentationOptions test, List<Sample> images, long seed)
      throws IOException {
    try (Progress progress = Progress.on(common.err());
        Encoder encoder = new TorchEncoder(model)) {
      ImagesDone each = (done, total) -> progress.step("synthetic repeats", done, total, "");
      Runnable step = each.counter(images.size() * SYNTHETIC_REPEATS);
      return new Calibrator(model.device())
          .statistics(
              test,
              new SyntheticImages(encoder, preprocessing(), images, SYNTHETIC_REPEATS, seed, step));
    }
  }

  private Preprocessing preprocessing() {
    return model.config().preprocessing();
  }
}
