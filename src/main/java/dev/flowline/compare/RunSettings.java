package dev.flowline.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.PublishedRecipe;
import dev.flowline.train.TrainingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The settings that the result of a run depends on, as {@code run.json} has them.
 *
 * @param weights SHA-256 digests of the files of pretrained weights
 * @param trainingImages number and checksum of the training images: other data is another run
 * @param testImages number and checksum of the test images
 * @param fair whether the fair threshold was measured; null for not, as in older files
 * @param flowline version of Flowline
 */
record RunSettings(
    ModelConfig model,
    CalibrationPlan calibration,
    double validation,
    int epochs,
    int batchSize,
    PublishedRecipe.Adam adam,
    PublishedRecipe.Rate rate,
    Double gradientClip,
    int patience,
    List<String> weights,
    String trainingImages,
    String testImages,
    String device,
    int threads,
    @JsonInclude(JsonInclude.Include.NON_NULL) Boolean fair,
    String flowline) {
  static RunSettings of(
      ComparisonRequest request,
      Dataset dataset,
      ModelConfig config,
      TrainingConfig training,
      List<String> weights) {
    return new RunSettings(
        config,
        request.calibration(),
        request.validation(),
        training.epochs(),
        training.batchSize(),
        training.adam(),
        training.rate(),
        training.gradientClip(),
        training.patience(),
        weights,
        fingerprint(dataset.train()),
        fingerprint(dataset.test()),
        request.device().toString(),
        request.threads(),
        request.fair() ? true : null,
        request.version());
  }

  /** Returns the settings as {@link RunFile} reads them again. */
  JsonNode json() {
    return RunFile.tree(this);
  }

  /** Returns the number of images, and a checksum of their names and sizes. */
  private static String fingerprint(List<Sample> samples) {
    CRC32 sum = new CRC32();
    for (Sample sample : samples) {
      Path file = sample.image();
      String group = sample.group() == null ? "" : " of " + sample.group();
      String line =
          "%s %s %s%s\n".formatted(sample.defectType(), file.getFileName(), size(file), group);
      sum.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return "%s, names and sizes %08x".formatted(samples.size(), sum.getValue());
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
