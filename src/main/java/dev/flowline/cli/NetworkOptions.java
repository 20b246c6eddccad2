package dev.flowline.cli;

import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.FileNetwork;
import dev.flowline.flow.SoftClamp;
import dev.flowline.internal.OwnOutput;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.MethodSettings;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of the networks that a model is made of, except the extractor. */
final class NetworkOptions {
  @Option(
      names = "--input",
      paramLabel = "H[xW]",
      converter = HeightWidth.Converter.class,
      description = HeightWidth.RESIZED + " (default: the extractor's).")
  private HeightWidth input;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Flow steps per stage (default: the model's published number).")
  private Integer steps;

  @HelpGroup.In(HelpGroup.RESEARCH)
  @Option(
      names = "--soft-clamp",
      paramLabel = "CLAMP",
      description =
          "Soft clamp of the couplings: ${COMPLETION-CANDIDATES} (default: TANH, as in the released weights).")
  private SoftClamp softClamp;

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description =
          "Setting of the model, as 'flowline info models' lists them, such as steps=4 or fastFlow.steps=4; may be given several times.")
  private Map<String, String> settings = Map.of();

  /**
   * Returns an untrained model of these networks.
   *
   * @param extractor {@link ExtractorOption#PUBLISHED} for the model's published one
   * @throws IOException naming the file, if the extractor is one and cannot be used
   */
  ModelConfig config(
      ModelKind kind,
      String extractor,
      String category,
      long seed,
      SegmentationOptions segmentation)
      throws IOException {
    return config(kind, extractor, input, changes(), category, seed, segmentation);
  }

  /**
   * Returns an untrained model.
   *
   * @param extractor {@link ExtractorOption#PUBLISHED} for the model's published one
   * @param input null for the extractor's usual one, or the published one with such an extractor
   * @param changes of the model's settings, by name
   * @throws IllegalArgumentException naming the setting that is out of its bounds
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
    if (extractor.startsWith(FileNetwork.NAME_PREFIX)) {
      OwnOutput.keepToItself(); // a program may print
    }
    ExtractorConfig named =
        ExtractorConfig.named(
            extractor.equals(ExtractorOption.PUBLISHED) ? kind.facts().extractor() : extractor,
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
    int side =
        extractor.equals(ExtractorOption.PUBLISHED)
            ? kind.facts().inputSize()
            : named.backbone().inputSize();
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
