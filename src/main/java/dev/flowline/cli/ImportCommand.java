package dev.flowline.cli;

import dev.flowline.io.StateDict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ReleasedCheckpoint;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a model file of a checkpoint of the released U-Flow program. */
@Command(
    name = "import",
    description = "Make a model file of a checkpoint of the released U-Flow program.",
    footer = {
      "",
      "The model gets the published test, log10Epsilon 0, unless another is asked for."
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "CHECKPOINT",
      description = "State dict, .ckpt, .pth or .safetensors, extractor included.")
  private Path checkpoint;

  @Mixin private NetworkOptions network;
  @Mixin private ThresholdOptions test;
  @Mixin private CommonOptions common;

  @Option(
      names = "--category",
      paramLabel = "C",
      defaultValue = "imported",
      description = "What it was trained on, for people.")
  private String category;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Model file to write.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    ModelConfig config = network.config(category, 0, test.over(SegmentationOptions.DEFAULT));
    var stored =
        ReleasedCheckpoint.toFlowline(config.extractor().create(), StateDict.read(checkpoint));
    try (AnomalyModel model = AnomalyModel.restore(config, stored)) {
      model.save(output);
    } catch (IllegalArgumentException e) {
      throw new IOException(checkpoint + ": " + e.getMessage(), e);
    }
    common.print(
        Map.of("modelFile", output.toString(), "config", config),
        out -> out.println(output + ": imported from " + checkpoint));
    return Flowline.SUCCESS;
  }
}
