package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.FileNetwork;
import dev.flowline.io.DecodedPath;
import dev.flowline.model.Cost;
import dev.flowline.model.Method;
import dev.flowline.model.MethodSettings;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelFacts;
import dev.flowline.model.ModelFile;
import dev.flowline.model.ModelKind;
import dev.flowline.model.PublishedRecipe;
import dev.flowline.model.StoredNetwork;
import dev.flowline.nn.CostOps;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model file holds, or lists the extractors or the models. */
@Command(
    name = "info",
    description = "Show what a model file holds, or list the extractors or the models.")
final class InfoCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL|extractors|models|file:NET.onnx",
      completionCandidates = CompletionWords.Subjects.class,
      description =
          "Model file, or the word 'extractors', or the word 'models', or an ONNX network of your own, whose inner tensors are listed.")
  private String subject;

  @Option(
      names = "--input",
      paramLabel = "H[xW]",
      converter = HeightWidth.Converter.class,
      description = HeightWidth.RESIZED + " (default: 256, for 'file:NET.onnx').")
  private HeightWidth input;

  @Option(
      names = "--table",
      description =
          "With 'models': list the trainable parameters and multiply-accumulates of each model, counted on the network as built, beside the published ones.")
  private boolean table;

  @Mixin private CertificateOptions certificate;
  @Mixin private CommonOptions common;

  @Override
  public Integer call() throws IOException {
    if (table && !subject.equals("models")) {
      throw new IllegalArgumentException(
          "--table goes with 'info models', not with 'info " + subject + "'");
    }
    boolean ofFile = subject.startsWith(FileNetwork.NAME_PREFIX);
    certificate.requireFit(!ofFile && !List.of("extractors", "models").contains(subject));
    if (input != null && !ofFile) {
      throw new IllegalArgumentException(
          "--input goes with 'info file:NET.onnx', not with 'info " + subject + "'");
    }
    if (ofFile) {
      InnerTensors tensors =
          InnerTensors.of(subject.substring(FileNetwork.NAME_PREFIX.length()), input);
      common.print(tensors, tensors::print);
      return Flowline.SUCCESS;
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
      default -> {
        return model(DecodedPath.of(subject));
      }
    }
    return Flowline.SUCCESS;
  }

  private void extractors() {
    common.print(
        new Extractors(Arrays.stream(Backbone.values()).map(InfoCommand::extractor).toList()),
        out -> {
          for (Backbone backbone : Backbone.values()) {
            CostOps cost = new CostOps();
            out.printf(
                Locale.ROOT,
                "%-26s input %d, features %s; %.1f M parameters, %.1f G multiply-accumulates%n",
                backbone.id(),
                backbone.inputSize(),
                features(backbone, cost).stream()
                    .map(s -> "%s×%s×%s".formatted(s[0], s[1], s[2]))
                    .collect(Collectors.joining(", ")),
                cost.frozenParameters() / 1e6,
                cost.multiplyAccumulates() / 1e9);
            weights(backbone).forEach(line -> out.println("    " + line));
          }
          out.println("file:PATH                  an ONNX or TorchScript file of your own: images");
          out.println(
              "    (N, 3, H, W) to maps of features (N, C, h, w), finest first; needs --input");
          out.println("file:NET.onnx:NAME,NAME    inner tensors of an ONNX file, finest first, as");
          out.println("    'flowline info file:NET.onnx' lists them");
          out.println("Some networks give the features of other layers, by number behind a colon,");
          out.println("as in efficientnet-b5:20,35, swin-t:1,2 or mvitv2-t:1,2.");
        });
  }

  /** The answer of {@code info extractors --json}. */
  private record Extractors(List<Extractor> extractors) {}

  /**
   * An extractor of {@code info extractors --json}.
   *
   * @param features (C, H, W) by scale at the usual input, finest first
   * @param macs multiply-accumulates for one image
   * @param networks it is made of, each with files of weights
   */
  private record Extractor(
      String name,
      int inputSize,
      List<Integer> strides,
      List<long[]> features,
      long parameters,
      long macs,
      List<String> networks,
      List<Backbone.PublishedFile> files) {}

  private static Extractor extractor(Backbone backbone) {
    CostOps cost = new CostOps();
    List<long[]> features = features(backbone, cost);
    return new Extractor(
        backbone.id(),
        backbone.inputSize(),
        backbone.extractor().strides(),
        features,
        cost.frozenParameters(),
        cost.multiplyAccumulates(),
        backbone.networks().stream().map(Backbone::id).toList(),
        backbone.files());
  }

  /** Returns shapes (C, H, W) at the usual input, and counts their cost in {@code cost}. */
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
    common.print(
        new Models(Arrays.stream(ModelKind.values()).map(InfoCommand::model).toList()),
        out -> Arrays.stream(ModelKind.values()).forEach(kind -> print(out, kind)));
  }

  /** The answer of {@code info models --json}. */
  private record Models(List<Model> models) {}

  /**
   * A model of {@code info models --json}.
   *
   * @param reconstructed whether the paper leaves parts of it open, which are reconstructed
   */
  private record Model(
      String name,
      String description,
      boolean reconstructed,
      String extractor,
      int inputSize,
      Method settings,
      PublishedRecipe recipe) {}

  private static Model model(ModelKind kind) {
    ModelKind.Facts facts = kind.facts();
    return new Model(
        kind.id(),
        facts.description(),
        facts.reconstructed(),
        facts.extractor(),
        facts.inputSize(),
        facts.settings(),
        facts.recipe());
  }

  private static void print(PrintWriter out, ModelKind kind) {
    ModelKind.Facts facts = kind.facts();
    out.printf("%-24s %s%n", kind.title(), facts.description());
    out.printf(
        "    %s %s at %s%n",
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
        "    recipe: learning rate %s, weight decay %s, batch %s, %s epochs%s%n",
        recipe.adam().learningRate(),
        recipe.adam().weightDecay(),
        recipe.batchSize(),
        recipe.epochs(),
        recipe.gradientClip() == null ? "" : ", gradients up to " + recipe.gradientClip());
  }

  private int model(Path file) throws IOException {
    ModelFile model = ModelFile.read(file);
    if (certificate.wanted()) {
      return certificate.show(file, model, common);
    }
    ModelConfig config = model.config();
    Cost cost = model.cost(file);
    StoredNetwork network = StoredNetwork.of(config, model.tensors()).orElse(null);
    Map<String, String> facts =
        new LinkedHashMap<>(
            ModelFacts.of(config, Optional.of(model.digest()), config.segmentation(), cost));
    if (network != null) {
      facts.put("holds", network.inWords());
    }
    common.print(new StoredModel(model.digest(), config, cost, network), out -> print(out, facts));
    return Flowline.SUCCESS;
  }

  /**
   * The answer of {@code info MODEL --json}.
   *
   * @param digest SHA-256 of configuration and weights, as inspections name the model
   * @param network of the user's own that the file holds; null without one
   */
  private record StoredModel(
      String digest,
      ModelConfig config,
      Cost cost,
      @JsonInclude(JsonInclude.Include.NON_NULL) StoredNetwork network) {}

  private static void print(PrintWriter out, Map<String, String> facts) {
    facts.forEach((name, value) -> out.printf("%-40s %s%n", name, value));
  }
}
