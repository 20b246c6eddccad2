package dev.flowline.export;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.ExportedNetwork;
import dev.flowline.engine.OnnxEncoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.runtime.NativeRuntime;
import dev.flowline.segmentation.GuardBand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A verification: golden images through every path from image to verdict that there is.
 *
 * @param paths each path's result
 * @param notThere paths that were not taken, each with the reason
 */
public record Verification(List<PathResult> paths, List<String> notThere) {
  private static final int[] THREADS = {1, 2};

  public Verification {
    paths = List.copyOf(paths);
    notThere = List.copyOf(notThere);
  }

  /** Returns whether every path gives the expected answers. */
  @JsonProperty("passed")
  public boolean passed() {
    return paths.stream().allMatch(PathResult::passed);
  }

  /** Returns the first difference that may not be, after the name of its path; empty if none is. */
  public Optional<String> fault() {
    return paths.stream()
        .filter(path -> !path.passed())
        .map(path -> path.path() + ": " + path.faults().get(0))
        .findFirst();
  }

  /**
   * An exported network, not yet opened.
   *
   * @param model the bytes of the file
   * @param folder that holds the file of the weights, if they are not inside
   */
  public record ExportedBytes(ByteBuffer model, Path folder) {}

  /**
   * Takes all paths.
   *
   * @param model on the CPU
   * @param network the exported network; null if there is none
   * @param whyNot why the exported network cannot be taken; null if it can
   * @param images the golden images
   * @param expected the answer about each
   * @throws IOException if the network cannot be opened
   */
  public static Verification of(
      AnomalyModel model,
      ExportedBytes network,
      String whyNot,
      List<Image> images,
      List<GoldenAnswer> expected)
      throws IOException {
    Paths paths = new Paths(model.config(), images, expected);
    List<String> notThere = new ArrayList<>();
    int before = NativeRuntime.threads();
    try (Encoder encoder = new TorchEncoder(model, images.size())) {
      for (int threads : THREADS) {
        NativeRuntime.setThreads(threads);
        paths.take(encoder, threads);
      }
    } finally {
      NativeRuntime.setThreads(before);
    }
    if (whyNot != null) {
      notThere.add("onnxruntime: " + whyNot);
    } else {
      for (int threads : THREADS) {
        try (ExportedNetwork opened =
                ExportedNetwork.of(model, network.model, network.folder, threads);
            Encoder encoder = new OnnxEncoder(opened, images.size())) {
          paths.take(encoder, threads);
        }
      }
    }
    return new Verification(paths.results, notThere);
  }

  /**
   * Returns the model's own answers about images, by LibTorch, one after the other.
   *
   * @throws IllegalArgumentException if the model keeps folds, whose networks judge too
   */
  public static List<GoldenAnswer> expected(AnomalyModel model, List<Image> images) {
    if (!model.folds().isEmpty()) {
      throw new IllegalArgumentException(
          "the models of its %s folds judge each part too: only models of one network are exported and verified"
              .formatted(model.folds().size()));
    }
    try (Encoder encoder = new TorchEncoder(model)) {
      return GoldenJudge.answers(model.config(), encoder, images, 1);
    }
  }

  /** The paths of engines, one by one and all images at once. */
  private static final class Paths {
    private final ModelConfig config;
    private final List<Image> images;
    private final List<GoldenAnswer> expected;
    private final List<Integer> slack;
    private final List<PathResult> results = new ArrayList<>();

    Paths(ModelConfig config, List<Image> images, List<GoldenAnswer> expected) {
      this.config = config;
      this.images = images;
      this.expected = expected;
      slack = images.stream().map(image -> slack(config.preprocessing(), image)).toList();
    }

    /** One pixel of the map, in pixels of the image. */
    private static int slack(Preprocessing input, Image image) {
      double down = Math.ceil((double) image.height() / input.height());
      double right = Math.ceil((double) image.width() / input.width());
      return (int) Math.max(down, right);
    }

    void take(Encoder encoder, int threads) {
      take(encoder, threads, 1);
      if (images.size() > 1) {
        take(encoder, threads, images.size());
      }
    }

    private void take(Encoder encoder, int threads, int batch) {
      String path =
          "%s %s, %s %s, batch %s"
              .formatted(
                  encoder.engine().name(),
                  encoder.engine().version(),
                  threads,
                  threads == 1 ? "thread" : "threads",
                  batch);
      List<GoldenAnswer> answers = GoldenJudge.answers(config, encoder, images, batch);
      results.add(PathResult.of(path, expected, answers, thresholds(), slack));
    }

    private List<Double> thresholds() {
      double log10Epsilon = config.segmentation().log10Epsilon();
      if (config.guardBand() == null) {
        return List.of(log10Epsilon);
      }
      GuardBand band = config.guardBand().band();
      return List.of(log10Epsilon, band.defectBelow(log10Epsilon), band.goodFrom(log10Epsilon));
    }
  }
}
