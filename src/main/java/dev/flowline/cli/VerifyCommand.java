package dev.flowline.cli;

import dev.flowline.engine.ExportedNetwork;
import dev.flowline.export.ExpectedAnswer;
import dev.flowline.export.ExportManifest;
import dev.flowline.export.GoldenAnswer;
import dev.flowline.export.GoldenPictures;
import dev.flowline.export.ModelExport;
import dev.flowline.export.NotedAnswers;
import dev.flowline.export.PathProgress;
import dev.flowline.export.Verification;
import dev.flowline.io.FileFault;
import dev.flowline.io.Image;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.NetworkExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks that every path from image to verdict gives the same answers. */
@Command(
    name = "verify",
    description =
        "Check that every engine gives the same answers about golden images or images of yours.",
    footer = {
      "",
      "Paths are LibTorch, ONNX Runtime, and libflowline_inspect from the frame on, with 1 and 2 threads, one image at a time and up to 8 together; and LibTorch on the first CUDA device. OpenCV's dnn is shown beside them and does not count.",
      "",
      "Equal are verdicts and regions, the anomaly map to 1e-4 and log10NFA to 1e-3. A verdict may differ if log10NFA is that near to the threshold, which the table says. Otherwise the exit code is 1."
    })
final class VerifyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      description =
          "ONNX file that was exported from MODEL, whose golden images are taken (default: exported anew, with patterns, whose answers train and calibrate note in MODEL).")
  private Path onnx;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "Folder whose images are judged on every path instead of the golden images, and compared with what LibTorch answers about one at a time. They are all held in memory.")
  private Path pictures;

  @Mixin private ProgramOption program;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    threads.load();
    try (AnomalyModel opened = reading.open(model, program);
        VerificationProgress progress = new VerificationProgress(common.err())) {
      common.begins("comparing the engines");
      Verification result = onnx == null ? anew(opened, progress) : ofFile(opened, progress);
      common.print(result, out -> out.print(VerificationTable.of(result)));
      result.fault().ifPresent(fault -> common.err().println("error: " + fault));
      return result.passed() ? Flowline.SUCCESS : Flowline.FAILURE;
    }
  }

  private Verification anew(AnomalyModel opened, PathProgress progress) throws IOException {
    Preprocessing input = opened.config().preprocessing();
    var patterns = GoldenPictures.patterns(input.height(), input.width());
    Optional<String> obstacle = NetworkExport.obstacle(opened);
    if (obstacle.isPresent()) {
      String whyNot = "the model cannot be exported: " + obstacle.get();
      return Verification.of(opened, null, whyNot, expected(opened, patterns, progress), progress);
    }
    ModelExport made = ModelExport.of(opened, patterns, "weights");
    if (made.file().weightsFile() != null) {
      throw new IllegalArgumentException(
          "the networks have more than 2 GB: export the model, and name the file with --onnx");
    }
    List<ExpectedAnswer> expected = expected(opened, patterns, progress);
    Path file = Files.createTempFile("flowline-verify", ".onnx");
    try {
      made.file().writeModel(file);
      var exported = new Verification.ExportedFile(file, made.file().model());
      return verified(opened, exported, expected, progress);
    } finally {
      Files.delete(file);
    }
  }

  /** Returns the user's images, or the patterns with the answers that the model file notes. */
  private List<ExpectedAnswer> expected(
      AnomalyModel opened, Map<String, Image> patterns, PathProgress progress) throws IOException {
    if (pictures != null) {
      return ofPictures(opened, progress);
    }
    List<Image> images = List.copyOf(patterns.values());
    Optional<List<GoldenAnswer>> noted = NotedAnswers.read(opened, model);
    return ExpectedAnswer.ofGolden(
        List.copyOf(patterns.keySet()),
        images,
        noted.isPresent() ? noted.get() : Verification.expected(opened, images, progress));
  }

  /** The user's images, with what LibTorch answers about them. */
  private List<ExpectedAnswer> ofPictures(AnomalyModel opened, PathProgress progress)
      throws IOException {
    Map<String, Image> images = GoldenPictures.all(pictures);
    List<GoldenAnswer> answers =
        Verification.expected(opened, List.copyOf(images.values()), progress);
    List<ExpectedAnswer> expected = new ArrayList<>();
    images.forEach(
        (name, image) ->
            expected.add(new ExpectedAnswer(name, image, answers.get(expected.size()))));
    return expected;
  }

  private Verification ofFile(AnomalyModel opened, PathProgress progress) throws IOException {
    ModelExport exported;
    try {
      exported = ModelExport.read(ByteBuffer.wrap(Files.readAllBytes(onnx)));
    } catch (IOException e) {
      throw new IOException("cannot read " + onnx + ": " + FileFault.of(e), e);
    }
    requireVerifiable(opened, exported);
    List<ExpectedAnswer> expected =
        pictures == null ? exported.expected() : ofPictures(opened, progress);
    var file = new Verification.ExportedFile(onnx, exported.file().model());
    return verified(opened, file, expected, progress);
  }

  /**
   * Refuses a file that decides otherwise on purpose, or that has nothing to verify.
   *
   * @throws IllegalArgumentException saying why
   */
  private void requireVerifiable(AnomalyModel opened, ModelExport exported) {
    ExportManifest manifest = exported.manifest();
    if (!opened.digest().equals(Optional.ofNullable(manifest.modelDigest()))) {
      throw new IllegalArgumentException(
          "%s was exported from another model than %s: export it anew".formatted(onnx, model));
    }
    double threshold = manifest.test().log10Epsilon();
    double ofModel = opened.config().segmentation().log10Epsilon();
    if (threshold != ofModel
        || !Objects.equals(manifest.guardBand(), opened.config().guardBand())) {
      throw new IllegalArgumentException(
          "%s was recalibrated (log10Epsilon %s, the model %s), and decides otherwise than %s on purpose: verify the file as it was exported, whose network is the same"
              .formatted(onnx, threshold, ofModel, model));
    }
    if (pictures == null && exported.images().isEmpty()) {
      throw new IllegalArgumentException(onnx + " has no golden images: name some with --images");
    }
  }

  private static Verification verified(
      AnomalyModel opened,
      Verification.ExportedFile file,
      List<ExpectedAnswer> expected,
      PathProgress progress)
      throws IOException {
    return Verification.of(opened, file, ExportedNetwork.whyNot().orElse(null), expected, progress);
  }
}
