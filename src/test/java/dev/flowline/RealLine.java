package dev.flowline;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.calibration.CrossFitting;
import dev.flowline.data.Dataset;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.UFlow;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Photographs of real parts, and a U-Flow over a pretrained ResNet-18 that learns them. */
public final class RealLine {
  private static final String WEIGHTS = "weights/resnet18-imagenet-bn-folded.safetensors";
  private static final int SIZE = 128;

  private RealLine() {}

  /** A folder of images; without it the test is skipped, but never in CI. */
  public static Path images(String name) {
    Path folder = shared().resolve("data").resolve(name);
    boolean there = Files.isDirectory(folder);
    assertTrue(there || !"true".equals(System.getenv("CI")), folder + " is absent in CI");
    Assumptions.assumeTrue(there, "skipped: " + folder + " is absent");
    return folder;
  }

  /** Two epochs over the good images, a quarter held out and a quarter for the threshold. */
  public static TrainingRequest twoEpochs(Dataset dataset, int batch, Path output) {
    ModelConfig config =
        TinyLine.config(
            ModelKind.U_FLOW,
            dataset.category(),
            ExtractorConfig.of(Backbone.RESNET18),
            UFlow.DEFAULT,
            SIZE,
            SIZE,
            0);
    TrainingConfig training = TrainingConfig.of(2, batch, 1e-3, 0);
    return new TrainingRequest(
        config,
        TinyLine.CALIBRATION,
        dataset,
        List.of(shared().resolve(WEIGHTS)),
        0.25,
        training,
        1L << 30,
        output,
        false);
  }

  /** Trains as {@code train} does, with few images, which take turns to be held out. */
  public static TrainingRequest crossFitted(Dataset dataset, int batch, Path output) {
    TrainingRequest split = twoEpochs(dataset, batch, output);
    return new TrainingRequest(
        split.config(),
        TinyLine.CALIBRATION.crossFitted(new CrossFitting(5)),
        dataset,
        split.weights(),
        0,
        split.training(),
        1L << 30,
        output,
        false);
  }

  private static Path shared() {
    return Path.of(System.getProperty("shared.dir", "../shared")).toAbsolutePath();
  }
}
