package dev.flowline.cli;

import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.MethodSettings;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
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
      description =
          "Feature extractor; see 'flowline info extractors' (default: the model's published one, ms-cait for u-flow; patch-pca needs no weights); or file:PATH of a TorchScript or ONNX network of your own.")
  private String extractor;

  @Option(
      names = "--input",
      paramLabel = "H[xW]",
      converter = HeightWidth.Converter.class,
      description = "Size to which images are resized (default: the extractor's).")
  private HeightWidth input;

  @HelpGroup.In(HelpGroup.TRAINING)
  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Flow steps per stage (default: the model's published ones, 4 for u-flow).")
  private Integer steps;

  @HelpGroup.In(HelpGroup.RESEARCH)
  @Option(
      names = "--soft-clamp",
      paramLabel = "LAW",
      description =
          "Clamp of the couplings: ${COMPLETION-CANDIDATES} (default: TANH, that of the released weights).")
  private SoftClamp softClamp;

  @HelpGroup.In(HelpGroup.TRAINING)
  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description =
          "Any setting of the model, as in --set parts=2 for ms-flow or --set fastFlow.steps=4 for cl-flow; 'flowline info models' lists them.")
  private Map<String, String> settings = Map.of();

  /**
   * An untrained model of these networks.
   *
   * @throws IOException naming the file, if the extractor is one and cannot be used
   */
  ModelConfig config(String category, long seed, SegmentationOptions segmentation)
      throws IOException {
    return config(ModelKind.of(model), extractor, input, changes(), category, seed, segmentation);
  }

  /**
   * An untrained model.
   *
   * @param extractor null for the model's published one
   * @param input null for the extractor's usual one, or where both are null the published one
   * @param changes of the model's settings, by name
   * @throws IllegalArgumentException naming what cannot be
   * @throws IOException naming the file, if the extractor is one and cannot be used
   */
  static ModelConfig config(
      ModelKind kind,
      String extractor,
      HeightWidth input,
      Map<String, String> changes,
      String category,
      long seed,
      SegmentationOptions segmentation)
      throws IOException {
    ExtractorConfig named =
        ExtractorConfig.named(
            extractor == null ? kind.facts().extractor() : extractor,
            input == null ? null : input.height(),
            input == null ? null : input.width());
    HeightWidth size = input == null ? usual(kind, extractor, named) : input;
    return new ModelConfig(
        kind,
        category,
        named,
        Preprocessing.imageNet(size.height(), size.width()),
        MethodSettings.with(kind, kind.defaults(named.create()), changes),
        seed,
        segmentation);
  }

  private static HeightWidth usual(ModelKind kind, String extractor, ExtractorConfig named) {
    int side = extractor == null ? kind.facts().inputSize() : named.backbone().inputSize();
    return new HeightWidth(side, side);
  }

  private Map<String, String> changes() {
    Map<String, String> changes = new LinkedHashMap<>(settings);
    if (steps != null) {
      changes.put("steps", steps.toString());
    }
    if (softClamp != null) {
      changes.put("softClamp", softClamp.name());
    }
    return changes;
  }
}
