package dev.flowline.cli;

import dev.flowline.compare.PlannedModel;
import dev.flowline.engine.EngineKind;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.extractor.FileNetwork;
import dev.flowline.extractor.PretrainedWeights;
import dev.flowline.internal.Processors;
import dev.flowline.model.ModelConfig;
import dev.flowline.tune.Candidate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say among what {@code tune} searches. */
final class SearchOptions {
  @Option(
      names = "--models",
      paramLabel = "LIST",
      completionCandidates = CompletionWords.Models.class,
      defaultValue = "padim,u-flow:epochs=27:batch=2:lr=0.002:label=u-flow",
      description =
          "Models, separated by commas. The settings of a model follow it as in compare (default:"
              + " ${DEFAULT-VALUE}).")
  private String models;

  @Option(
      names = "--extractors",
      paramLabel = "NAME",
      split = ",",
      completionCandidates = CompletionWords.Extractors.class,
      defaultValue = "patch-pca,resnet18,efficientnet-b0",
      description =
          "Feature extractors, separated by commas; one whose weights are not found is left out"
              + " (default: ${DEFAULT-VALUE}).")
  private List<String> extractors;

  @Option(
      names = "--weights",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Pretrained weights of the extractor: .safetensors, .pth or .bin files; patch-pca needs"
              + " none. Each extractor takes those that fit it (default: found in the folder that"
              + " FLOWLINE_WEIGHTS names).")
  private List<Path> weights = List.of();

  @Option(
      names = "--inputs",
      paramLabel = "H[xW]",
      split = ",",
      converter = HeightWidth.Converter.class,
      defaultValue = "128,256,448",
      description =
          "Sizes to which images are resized, separated by commas (default: ${DEFAULT-VALUE}).")
  private List<HeightWidth> inputs;

  @Mixin private EnginesOption engines;

  @Option(
      names = "--threads",
      paramLabel = "N",
      split = ",",
      converter = WholeNumber.AtLeastOne.class,
      description =
          "Numbers of threads that work on one image, separated by commas (default: 1 and one per"
              + " core).")
  private List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = WholeNumber.AtLeastOne.class,
      defaultValue = "4",
      description =
          "Images that are encoded together, in one more measurement; 1 for none (default:"
              + " ${DEFAULT-VALUE}).")
  private int batch;

  /**
   * What can be searched, and what cannot.
   *
   * @param recipes the command line of each candidate's recipe, by its label
   * @param leftOut in a line each
   */
  record Space(
      List<Candidate> candidates, Map<String, RecipeWords> recipes, List<String> leftOut) {}

  List<EngineKind> engines() {
    return engines.list();
  }

  List<Integer> threads() {
    Stream<Integer> all =
        threads.isEmpty() ? Stream.of(1, Processors.defaultThreads()) : threads.stream();
    return all.distinct().sorted().toList();
  }

  int batch() {
    return batch;
  }

  /**
   * Returns the candidates: each model over each extractor at each size.
   *
   * @throws IllegalArgumentException naming the model or extractor that there is not
   * @throws IOException naming the file, if an extractor is one and cannot be used
   */
  Space space(String category, ImageOptions images) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    Map<String, RecipeWords> recipes = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    List<ModelEntry> entries = ModelEntry.list(models);
    for (ModelEntry entry : entries) {
      for (String extractor : named(entry)) {
        for (HeightWidth input : sizes(entry)) {
          String label = "%s, %s, %s".formatted(entry.label(), extractor, RecipeWords.words(input));
          try {
            ModelConfig config =
                images.over(
                    NetworkOptions.config(
                        entry.kind(),
                        extractor,
                        input,
                        entry.settings(),
                        category,
                        0,
                        ThresholdOptions.USUAL));
            List<Path> own = weights(config.extractor());
            PlannedModel model =
                new PlannedModel(
                    label,
                    config,
                    own,
                    (of, seed) ->
                        TrainingOptions.usual().config(entry.kind(), of, seed, entry.training()));
            candidates.add(new Candidate(model, model.training().on(category, 0).epochs()));
            recipes.put(label, new RecipeWords(entry, extractor, input, own));
          } catch (MissingWeightsException e) {
            if (!leftOut.contains(e.getMessage())) {
              leftOut.add(e.getMessage());
            }
          }
        }
      }
    }
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is left to search: " + String.join("; ", leftOut));
    }
    return new Space(candidates, recipes, leftOut);
  }

  /**
   * Refuses names of models and extractors that there are not, before anything takes time.
   *
   * @throws IllegalArgumentException naming the model or extractor
   */
  void requireKnown() {
    ModelEntry.list(models);
    extractors.forEach(SearchOptions::requireKnown);
  }

  private List<String> named(ModelEntry entry) {
    return entry.extractor() == null
        ? extractors.stream().distinct().toList()
        : List.of(entry.extractor());
  }

  private List<HeightWidth> sizes(ModelEntry entry) {
    return entry.input() == null ? inputs.stream().distinct().toList() : List.of(entry.input());
  }

  private static void requireKnown(String extractor) {
    boolean other =
        extractor.equals(ExtractorOption.PUBLISHED)
            || extractor.startsWith(FileNetwork.NAME_PREFIX);
    if (!other) {
      try {
        Backbone.named(extractor);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("--extractors: " + e.getMessage(), e);
      }
    }
  }

  /** The weights of an extractor that are not there, which leaves it out. */
  private static final class MissingWeightsException extends IOException {
    private static final long serialVersionUID = 1;

    MissingWeightsException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private List<Path> weights(ExtractorConfig extractor) throws MissingWeightsException {
    try {
      return new SearchedWeights(weights, PretrainedWeights.folder()).of(extractor);
    } catch (IOException e) {
      throw new MissingWeightsException(e);
    }
  }
}
