package dev.flowline.cli;

import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Which networks a model is made of. */
final class NetworkOptions {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "u-flow",
      description = "Kind of model; see 'flowline info models' (default: u-flow).")
  private String model;

  @Option(
      names = "--extractor",
      paramLabel = "NAME",
      defaultValue = "ms-cait",
      description =
          "Feature extractor; see 'flowline info extractors' (default: ms-cait; patch-pca needs no weights); or file:PATH of a TorchScript or ONNX network of your own.")
  private String extractor;

  @Option(
      names = "--input",
      paramLabel = "H[xW]",
      converter = HeightWidth.Converter.class,
      description = "Size to which images are resized (default: the extractor's).")
  private HeightWidth input;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "4",
      description = "Flow steps by stage (default: 4).")
  private int steps;

  @Option(
      names = "--soft-clamp",
      paramLabel = "LAW",
      defaultValue = "TANH",
      description =
          "Clamp of the couplings: ${COMPLETION-CANDIDATES} (default: TANH, that of the released weights).")
  private SoftClamp softClamp;

  /**
   * An untrained model of these networks.
   *
   * @throws IOException naming the file, if the extractor is one and cannot be used
   */
  ModelConfig config(String category, long seed, SegmentationOptions segmentation)
      throws IOException {
    ExtractorConfig named =
        ExtractorConfig.named(
            extractor, input == null ? null : input.height(), input == null ? null : input.width());
    int height = input == null ? named.backbone().inputSize() : input.height();
    int width = input == null ? named.backbone().inputSize() : input.width();
    return new ModelConfig(
        ModelKind.of(model),
        category,
        named,
        Preprocessing.imageNet(height, width),
        steps,
        softClamp,
        seed,
        segmentation,
        null,
        null);
  }
}
