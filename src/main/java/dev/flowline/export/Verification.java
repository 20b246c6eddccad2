package dev.flowline.export;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.Image;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A verification: images through every path from image to verdict that there is.
 *
 * @param paths the result of each path that Flowline offers
 * @param others the results of engines that Flowline does not inspect with, and that programs may
 *     use on an exported file; they do not count
 * @param notThere paths that were not taken, each with the reason
 */
public record Verification(List<PathResult> paths, List<PathResult> others, List<String> notThere) {
  public Verification {
    paths = List.copyOf(paths);
    others = List.copyOf(others);
    notThere = List.copyOf(notThere);
  }

  /** Returns whether every path that Flowline offers gives the expected answers. */
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
   * @param file with that of its weights beside it, if they are not inside; nothing is written
   *     there
   * @param bytes of the file
   */
  public record ExportedFile(Path file, ByteBuffer bytes) {
    Path folder() {
      return file.toAbsolutePath().getParent();
    }
  }

  /**
   * Takes all paths.
   *
   * @param model on the CPU
   * @param network the exported network; null if there is none
   * @param whyNot why the exported network cannot be taken; null if it can
   * @param expected the images, with the answer about each
   * @throws IOException if the network cannot be opened
   */
  public static Verification of(
      AnomalyModel model,
      ExportedFile network,
      String whyNot,
      List<ExpectedAnswer> expected,
      PathProgress progress)
      throws IOException {
    VerifiedPaths paths = new VerifiedPaths(model, expected, progress);
    paths.takeLibTorch();
    paths.takeCuda();
    if (whyNot != null) {
      paths.leave("onnxruntime", whyNot);
    } else {
      paths.takeOnnxRuntime(network);
      paths.takeNative(network);
      paths.takeOpenCv(network);
    }
    return paths.result();
  }

  /**
   * Returns the model's own answers about images, by LibTorch, one after the other.
   *
   * @throws IllegalArgumentException if the model keeps folds, whose networks judge too
   */
  public static List<GoldenAnswer> expected(
      AnomalyModel model, List<Image> images, PathProgress progress) {
    if (!model.folds().isEmpty()) {
      throw new IllegalArgumentException(
          "the models of its %s folds judge each part too, and only models of one network are exported and verified: 'flowline calibrate MODEL --good DIR' leaves the folds out"
              .formatted(model.folds().size()));
    }
    try (Encoder encoder = new TorchEncoder(model)) {
      return GoldenJudge.answers(
          model.config(),
          encoder,
          images,
          1,
          done -> progress.report("model", done, images.size()));
    }
  }
}
