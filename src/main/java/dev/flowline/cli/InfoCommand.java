package dev.flowline.cli;

import dev.flowline.extractor.Backbone;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Cost;
import dev.flowline.model.MethodSettings;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedRecipe;
import dev.flowline.nn.CostOps;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what a model file holds, or which extractors and models there are. */
@Command(
    name = "info",
    description = "Tell what a model file holds, or which extractors or models there are.")
final class InfoCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL|extractors|models",
      description = "A model file, or one of the words extractors and models.")
  private String subject;

  @Option(
      names = "--table",
      description =
          "With models: trainable parameters and multiply-accumulates of each, computed from the network as built, beside the published ones.")
  private boolean table;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    if (table && !subject.equals("models")) {
      throw new IllegalArgumentException("--table goes with 'info models', not with " + subject);
    }
    switch (subject) {
      case "extractors" -> extractors();
      case "models" -> {
        if (table) {
          common.print(ComplexityTable.rows(), ComplexityTable::print);
        } else {
          models();
        }
      }
      default -> model(Path.of(subject));
    }
    return Flowline.SUCCESS;
  }

  private void extractors() {
    List<Map<String, Object>> rows =
        Arrays.stream(Backbone.values()).map(InfoCommand::extractor).toList();
    common.print(
        Map.of("extractors", rows),
        out -> {
          for (Backbone backbone : Backbone.values()) {
            CostOps cost = new CostOps();
            out.printf(
                Locale.ROOT,
                "%-26s input %d, features %s; %.1f M parameters, %.1f G multiply-accumulates%n",
                backbone.id(),
                backbone.inputSize(),
                features(backbone, cost).stream()
                    .map(s -> "%d×%d×%d".formatted(s[0], s[1], s[2]))
                    .collect(Collectors.joining(", ")),
                cost.frozenParameters() / 1e6,
                cost.multiplyAccumulates() / 1e9);
            weights(backbone).forEach(line -> out.println("    " + line));
          }
          out.println("file:PATH                  a TorchScript or ONNX file of your own: images");
          out.println(
              "    (N, 3, H, W) to maps of features (N, C, h, w), finest first; needs --input");
          out.println("Features of efficientnet, swin and mvitv2 are those of other layers with");
          out.println("numbers behind a colon, as in efficientnet-b5:20,35 or swin-t:1,2.");
        });
  }

  private static Map<String, Object> extractor(Backbone backbone) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", backbone.id());
    row.put("inputSize", backbone.inputSize());
    CostOps cost = new CostOps();
    row.put("strides", backbone.extractor().strides());
    row.put("features", features(backbone, cost));
    row.put("parameters", cost.frozenParameters());
    row.put("macs", cost.multiplyAccumulates());
    row.put("networks", backbone.networks().stream().map(Backbone::id).toList());
    row.put("files", backbone.files());
    return row;
  }

  /** Shapes (C, H, W) at the usual input, counted as they come about. */
  private static List<long[]> features(Backbone backbone, CostOps cost) {
    long size = backbone.inputSize();
    return backbone.extractor().features(cost, new long[] {1, 3, size, size}).stream()
        .map(shape -> Arrays.copyOfRange(shape, 1, shape.length))
        .toList();
  }

  private static List<String> weights(Backbone backbone) {
    if (backbone.networks().isEmpty()) {
      return List.of("learned from the training images, nothing to download");
    }
    if (!backbone.networks().equals(List.of(backbone))) {
      return List.of(
          "weights of "
              + String.join(" and ", backbone.networks().stream().map(Backbone::id).toList()));
    }
    return backbone.files().stream()
        .map(file -> "%s, %s, %s".formatted(file.name(), file.publisher(), file.licence()))
        .toList();
  }

  private void models() {
    List<Map<String, Object>> rows =
        Arrays.stream(ModelKind.values()).map(InfoCommand::model).toList();
    common.print(
        Map.of("models", rows),
        out -> Arrays.stream(ModelKind.values()).forEach(kind -> print(out, kind)));
  }

  private static Map<String, Object> model(ModelKind kind) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", kind.id());
    row.put("description", kind.facts().description());
    row.put("reconstructed", kind.facts().reconstructed());
    row.put("extractor", kind.facts().extractor());
    row.put("inputSize", kind.facts().inputSize());
    row.put("settings", kind.facts().settings());
    row.put("recipe", kind.facts().recipe());
    return row;
  }

  private static void print(PrintWriter out, ModelKind kind) {
    ModelKind.Facts facts = kind.facts();
    out.printf("%-24s %s%n", kind.title(), facts.description());
    out.printf(
        "    %s %s at %d%n",
        facts.costs().isEmpty() ? "by default with" : "published with",
        facts.extractor(),
        facts.inputSize());
    out.printf("    settings: %s%n", MethodSettings.inWords(facts.settings()));
    PublishedRecipe recipe = facts.recipe();
    if (recipe == null) {
      out.println("    recipe: fitted, nothing is trained");
      return;
    }
    out.printf(
        "    recipe: learning rate %s, weight decay %s, batch %d, %d epochs%s%n",
        recipe.adam().learningRate(),
        recipe.adam().weightDecay(),
        recipe.batchSize(),
        recipe.epochs(),
        recipe.gradientClip() == null ? "" : ", gradients up to " + recipe.gradientClip());
  }

  private void model(Path file) throws IOException {
    ModelConfig config;
    try (AnomalyModel model = AnomalyModel.open(file)) {
      config = model.config();
    }
    Cost cost = Cost.of(config);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("config", config);
    json.put("cost", cost);
    common.print(json, out -> print(out, ModelFacts.of(config, config.segmentation(), cost)));
  }

  private static void print(PrintWriter out, Map<String, String> facts) {
    facts.forEach((name, value) -> out.printf("%-40s %s%n", name, value));
  }
}
