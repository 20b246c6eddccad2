package dev.flowline.cli;

import dev.flowline.engine.ExportedNetwork;
import dev.flowline.export.GoldenAnswer;
import dev.flowline.export.GoldenPictures;
import dev.flowline.export.ModelExport;
import dev.flowline.export.NotedAnswers;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks that every path from image to verdict gives the same answers. */
@Command(
    name = "verify",
    description = "Check that every engine gives the same answers about golden images.",
    footer = {
      "",
      "Paths are LibTorch, ONNX Runtime, and libflowline_inspect from the frame on, with 1 and 2 threads, one image at a time and all together; and LibTorch on the first CUDA device. OpenCV's dnn is shown beside them and does not count.",
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

  @Mixin private ProgramOption program;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    threads.load();
    try (AnomalyModel opened = reading.open(model, program)) {
      common.begins("comparing the engines");
      Verification result = onnx == null ? anew(opened) : ofFile(opened);
      common.print(result, out -> out.print(VerificationTable.of(result)));
      result.fault().ifPresent(fault -> common.err().println("error: " + fault));
      return result.passed() ? Flowline.SUCCESS : Flowline.FAILURE;
    }
  }

  private Verification anew(AnomalyModel opened) throws IOException {
    Preprocessing input = opened.config().preprocessing();
    var patterns = GoldenPictures.patterns(input.height(), input.width());
    Optional<List<GoldenAnswer>> noted = NotedAnswers.read(opened, model);
    Optional<String> obstacle = NetworkExport.obstacle(opened);
    if (obstacle.isPresent()) {
      List<Image> images = List.copyOf(patterns.values());
      return Verification.of(
          opened,
          null,
          "the model cannot be exported: " + obstacle.get(),
          images,
          noted.isPresent() ? noted.get() : Verification.expected(opened, images));
    }
    ModelExport made = ModelExport.of(opened, patterns, "weights");
    if (made.file().weightsFile() != null) {
      throw new IllegalArgumentException(
          "the networks have more than 2 GB: export the model, and name the file with --onnx");
    }
    Path folder = Files.createTempDirectory("flowline-verify");
    try {
      return verified(opened, made, noted.orElse(made.expected()), folder);
    } finally {
      Files.delete(folder);
    }
  }

  private Verification ofFile(AnomalyModel opened) throws IOException {
    ModelExport exported;
    try {
      exported = ModelExport.read(ByteBuffer.wrap(Files.readAllBytes(onnx)));
    } catch (IOException e) {
      throw new IOException("cannot read " + onnx + ": " + FileFault.of(e), e);
    }
    String digest = exported.manifest().modelDigest();
    if (!opened.digest().equals(Optional.ofNullable(digest))) {
      throw new IllegalArgumentException(
          "%s was exported from another model than %s: export it anew".formatted(onnx, model));
    }
    return verified(opened, exported, exported.expected(), onnx.toAbsolutePath().getParent());
  }

  private static Verification verified(
      AnomalyModel opened, ModelExport export, List<GoldenAnswer> expected, Path folder)
      throws IOException {
    return Verification.of(
        opened,
        new Verification.ExportedBytes(export.file().model(), folder),
        ExportedNetwork.whyNot().orElse(null),
        export.images(),
        expected);
  }
}
