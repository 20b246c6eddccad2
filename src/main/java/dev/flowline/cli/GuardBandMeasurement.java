package dev.flowline.cli;

import dev.flowline.calibration.Calibrator;
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
 * The measurement of repeatability with a model.
 *
 * @param common prints progress
 */
record GuardBandMeasurement(AnomalyModel model, CommonOptions common) {
  /** Number of images of which synthetic repeats are made: those nearest to the threshold. */
  private static final int SYNTHETIC_PARTS = 12;

  private static final int SYNTHETIC_REPEATS = 5;

  /**
   * Returns the parts of a folder of repeats, with their statistics.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  RepeatedParts taken(SegmentationOptions test, RepeatsFolder repeats) throws IOException {
    List<Double> statistics = statistics(test, repeats.samples());
    List<List<Double>> byPart = new ArrayList<>();
    int first = 0;
    for (List<Sample> part : repeats.parts().values()) {
      byPart.add(statistics.subList(first, first += part.size()));
    }
    return new RepeatedParts(byPart);
  }

  /**
   * Returns synthetic repeats of the images nearest to the threshold, with their statistics.
   *
   * @param images at least two, of a part each
   * @param seed of the repeats
   * @throws IOException naming the file, if an image cannot be read
   */
  RepeatedParts synthetic(SegmentationOptions test, List<Sample> images, long seed)
      throws IOException {
    List<Double> statistics = statistics(test, images);
    List<Sample> nearest =
        IntStream.range(0, images.size())
            .boxed()
            .sorted(
                Comparator.comparingDouble(
                    (Integer image) -> Math.abs(statistics.get(image) - test.log10Epsilon())))
            .limit(SYNTHETIC_PARTS)
            .map(images::get)
            .toList();
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
