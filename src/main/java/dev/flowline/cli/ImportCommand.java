package dev.flowline.cli;

import dev.flowline.io.ContentDigest;
import dev.flowline.io.OutputLock;
import dev.flowline.io.StateDict;
import dev.flowline.io.StoredTensor;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.Provenance;
import dev.flowline.model.ReleasedCheckpoint;
import dev.flowline.runtime.FlowlineVersion;
import dev.flowline.runtime.RecordedTime;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Converts a checkpoint of the released U-Flow program to a model file. */
@Command(
    name = "import",
    description = "Convert a checkpoint of the released U-Flow program to a model file.",
    footer = {
      "",
      "The model gets the published test with log10Epsilon 0, if no other is given.",
      "'flowline calibrate' then sets the threshold by good images."
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "State dict with the extractor: a .ckpt, .pth or .safetensors file.")
  private Path checkpoint;

  @Option(
      names = "--extractor",
      paramLabel = "NAME",
      completionCandidates = CompletionWords.Extractors.class,
      defaultValue = ExtractorOption.PUBLISHED,
      description = ExtractorOption.DESCRIPTION + " (default: ${DEFAULT-VALUE}).")
  private String extractor;

  @Mixin private NetworkOptions network;
  @Mixin private Log10EpsilonOption threshold;
  @Mixin private ChiSquareOptions test;
  @Mixin private CommonOptions common;

  @Option(
      names = "--category",
      paramLabel = "C",
      defaultValue = "imported",
      description = "Category that the model file names (default: ${DEFAULT-VALUE}).")
  private String category;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Model file to write.")
  private Path output;

  @Mixin private OverwriteOption overwrite;

  @Override
  public Integer call() throws IOException {
    overwrite.requireLeave(output);
    ModelConfig untold =
        network.config(
            ModelKind.U_FLOW,
            extractor,
            category,
            0,
            threshold.over(test.over(SegmentationOptions.DEFAULT)));
    ModelConfig config = untold.withProvenance(provenance());
    var stored =
        ReleasedCheckpoint.toFlowline(config.extractor().create(), StateDict.read(checkpoint));
    try (OutputLock alone = OutputLock.ofFile(output, "import")) {
      overwrite.requireLeave(output); // another process may have written it meanwhile
      save(config, stored);
    }
    common.print(
        WrittenModel.of(output, config),
        out -> out.println(output + ": imported from " + checkpoint));
    return Flowline.SUCCESS;
  }

  private void save(ModelConfig config, Map<String, StoredTensor> stored) throws IOException {
    try (AnomalyModel model = AnomalyModel.restore(config, stored)) {
      model.save(output);
    } catch (IllegalArgumentException e) {
      throw new IOException(checkpoint + ": " + e.getMessage(), e);
    }
  }

  private Provenance provenance() throws IOException {
    Provenance.SourceFile source =
        new Provenance.SourceFile(Provenance.name(checkpoint), ContentDigest.of(checkpoint));
    return new Provenance(
        new Provenance.Creation(
            "import",
            FlowlineVersion.current(),
            RecordedTime.now().toString(),
            null,
            List.of(source),
            Map.of(),
            null));
  }
}
