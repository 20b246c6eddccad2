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
import dev.flowline.page.Numbers;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The measurement of the guard band that a command was asked for, with the images that it takes.
 * They are listed before the model is opened.
 */
final class GuardBandMeasurement {
  /** Number of images of which synthetic repeats are made: those nearest to the threshold. */
  private static final int SYNTHETIC_PARTS = 12;

  private static final int SYNTHETIC_REPEATS = 5;

  private final GuardBandOptions options;
  private final RepeatsFolder repeats;
  private final Map<String, Sample> ofSynthetic;
  private final CommonOptions common;

  private GuardBandMeasurement(
      GuardBandOptions options,
      RepeatsFolder repeats,
      Map<String, Sample> ofSynthetic,
      CommonOptions common) {
    this.options = options;
    this.repeats = repeats;
    this.ofSynthetic = ofSynthetic;
    this.common = common;
  }

  /**
   * Lists the images that the options name.
   *
   * @throws IOException naming folder or file and the way out, if they repeat nothing
   */
  static GuardBandMeasurement of(GuardBandOptions options, CommonOptions common)
      throws IOException {
    RepeatsFolder repeats =
        options.repeats() == null
            ? RepeatsFolder.NONE
            : RepeatsFolder.of(options.repeats(), common);
    Map<String, Sample> ofSynthetic =
        options.synthetic() == null ? Map.of() : toRepeat(options.synthetic(), common);
    return new GuardBandMeasurement(options, repeats, ofSynthetic, common);
  }

  private static Map<String, Sample> toRepeat(Path folder, CommonOptions common)
      throws IOException {
    Map<String, Sample> images =
        CalibrationImages.of("--synthetic-repeats", List.of(folder), common).byDigest();
    if (images.size() < 2) {
      throw new IOException(
          "--synthetic-repeats: %s holds %s, and repeatability takes several parts: add images of others, best some that are hard to decide"
              .formatted(folder, Numbers.count(images.size(), "image")));
    }
    return images;
  }

  /** Returns the digests of the images. */
  Stream<String> digests() {
    return Stream.concat(repeats.digests().stream(), ofSynthetic.keySet().stream());
  }

  /**
   * Returns the requested band; null for none.
   *
   * @param calibration of the test's threshold
   * @param seed of synthetic repeats
   * @throws IllegalArgumentException with the way out, if there is none such
   * @throws IOException naming the file, if an image cannot be read
   */
  CalibratedGuardBand with(
      AnomalyModel model, SegmentationOptions test, Calibration calibration, long seed)
      throws IOException {
    FalseAlarmRate review = options.review(calibration.requested());
    if (review != null) {
      return CalibratedGuardBand.ofRates(calibration, review);
    }
    if (options.repeats() == null && options.synthetic() == null) {
      return null;
    }
    boolean synthetic = options.synthetic() != null;
    RepeatedParts parts = synthetic ? made(model, test, seed) : taken(model, test);
    return parts.guardBand(test.log10Epsilon(), options.confidence(), synthetic);
  }

  private RepeatedParts taken(AnomalyModel model, SegmentationOptions test) throws IOException {
    List<Double> statistics = statistics(model, test, repeats.samples());
    List<List<Double>> byPart = new ArrayList<>();
    int first = 0;
    for (List<Sample> part : repeats.parts().values()) {
      byPart.add(statistics.subList(first, first += part.size()));
    }
    return new RepeatedParts(byPart);
  }

  private RepeatedParts made(AnomalyModel model, SegmentationOptions test, long seed)
      throws IOException {
    List<Sample> images = List.copyOf(ofSynthetic.values());
    List<Double> statistics = statistics(model, test, images);
    List<Sample> nearest =
        IntStream.range(0, images.size())
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    (Integer image) -> Math.abs(statistics.get(image) - test.log10Epsilon())))
            .limit(SYNTHETIC_PARTS)
            .map(images::get)
            .toList();
    List<Double> repeated = repeated(model, test, nearest, seed);
    return new RepeatedParts(
        IntStream.range(0, nearest.size())
            .mapToObj(
                part -> repeated.subList(part * SYNTHETIC_REPEATS, (part + 1) * SYNTHETIC_REPEATS))
            .toList());
  }

  private List<Double> statistics(AnomalyModel model, SegmentationOptions test, List<Sample> images)
      throws IOException {
    try (Progress progress = Progress.on(common.err());
        Encoder encoder = new TorchEncoder(model)) {
      ImagesDone each = (done, total) -> progress.step("repeatability", done, total, "");
      Runnable step = each.counter(images.size());
      Preprocessing preprocessing = model.config().preprocessing();
      return new Calibrator(model.device())
          .minLog10Nfa(test, new EncodedImages(encoder, preprocessing, images, step));
    }
  }

  private List<Double> repeated(
      AnomalyModel model, SegmentationOptions test, List<Sample> images, long seed)
      throws IOException {
    try (Progress progress = Progress.on(common.err());
        Encoder encoder = new TorchEncoder(model)) {
      ImagesDone each = (done, total) -> progress.step("synthetic repeats", done, total, "");
      Runnable step = each.counter(images.size() * SYNTHETIC_REPEATS);
      Preprocessing preprocessing = model.config().preprocessing();
      return new Calibrator(model.device())
          .minLog10Nfa(
              test,
              new SyntheticImages(encoder, preprocessing, images, SYNTHETIC_REPEATS, seed, step));
    }
  }
}
