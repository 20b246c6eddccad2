package dev.flowline.cli;

import dev.flowline.engine.ExportedNetwork;
import dev.flowline.export.ExpectedAnswer;
import dev.flowline.export.ExportManifest;
import dev.flowline.export.GoldenPictures;
import dev.flowline.export.ModelExport;
import dev.flowline.export.StagedExport;
import dev.flowline.export.Verification;
import dev.flowline.io.Image;
import dev.flowline.io.OutputLock;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Exports a model as one ONNX file, and checks that it decides as the model does. */
@Command(
    name = "export",
    description = "Export a model as one ONNX file, which decides without Java as the model does.",
    footer = {
      "",
      "The file holds extractor and flow, and in its metadata the test, its threshold, and golden images with their answers.",
      "",
      "The golden images then go through LibTorch, ONNX Runtime and libflowline_inspect. The file is written only if all give the same answers."
    })
final class ExportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "Model file.")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "ONNX file to write.")
  private Path output;

  @Option(
      names = "--golden",
      paramLabel = "DIR",
      description =
          "Folder of which 8 images become golden images, taken from the folders below it in turns; best are good and defective parts (default: four patterns).")
  private Path golden;

  @Mixin private OverwriteOption overwrite;
  @Mixin private ProgramOption program;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions reading;
  @Mixin private CommonOptions common;

  /**
   * The answer of the command.
   *
   * @param file that was written; null if the verification failed
   * @param manifest what the file says beside its network
   */
  record Answer(String file, ExportManifest manifest, Verification verification) {}

  @Override
  public Integer call() throws IOException {
    overwrite.requireLeave(output);
    Optional<String> missing = ExportedNetwork.whyNot();
    if (missing.isPresent()) {
      throw new IOException("the export cannot be verified: " + missing.get());
    }
    threads.load();
    try (OutputLock alone = OutputLock.ofFile(output, "export");
        AnomalyModel opened = reading.open(model, program)) {
      overwrite.requireLeave(output); // another process may have written it meanwhile
      String weightsFile = output.getFileName() + ".data";
      ModelExport made = ModelExport.of(opened, pictures(opened), weightsFile);
      noteOfGolden(made.expected());
      common.begins("comparing the engines");
      return written(opened, made);
    }
  }

  /** Says that golden images of one verdict test the network, but no threshold. */
  private void noteOfGolden(List<ExpectedAnswer> expected) {
    for (Verdict verdict : List.of(Verdict.GOOD, Verdict.DEFECT)) {
      if (expected.stream().noneMatch(image -> image.answer().verdict() == verdict)) {
        common
            .err()
            .println(
                "note: no golden image is %s: pass --golden DIR with good and defective parts: they also test the threshold"
                    .formatted(verdict));
        return;
      }
    }
  }

  private Map<String, Image> pictures(AnomalyModel opened) throws IOException {
    Preprocessing input = opened.config().preprocessing();
    return golden == null
        ? GoldenPictures.patterns(input.height(), input.width())
        : GoldenPictures.first(golden);
  }

  /** Writes the file if it decides as the model does. */
  private int written(AnomalyModel opened, ModelExport made) throws IOException {
    Verification result;
    try (VerificationProgress progress = new VerificationProgress(common.err());
        StagedExport staged = new StagedExport(made.file(), output)) {
      for (Path file : staged.outputs()) {
        overwrite.requireLeave(file);
      }
      result = Verification.of(opened, staged.file(), null, made.expected(), progress);
      if (result.passed()) {
        staged.publish();
      }
    }
    print(made, result);
    return result.passed() ? Flowline.SUCCESS : Flowline.FAILURE;
  }

  private void print(ModelExport made, Verification result) {
    String name = result.passed() ? output.toString() : null;
    common.print(
        new Answer(name, made.manifest(), result),
        out -> {
          out.print(VerificationTable.of(result));
          if (result.passed()) {
            out.println(output + ": exported from " + model);
          }
        });
    result
        .fault()
        .ifPresent(fault -> common.err().println("error: " + output + " is not written: " + fault));
  }
}
