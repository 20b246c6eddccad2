package dev.flowline.cli;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.compare.ComparedModel;
import dev.flowline.model.Cost;
import dev.flowline.model.MethodSettings;
import dev.flowline.model.ModelConfig;
import dev.flowline.train.Recipe;
import dev.flowline.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The models of a comparison, without category and seed. */
final class PlannedModels {
  private record Planned(ModelEntry entry, ModelConfig config) {}

  private final List<Planned> all = new ArrayList<>();
  private final ThresholdOptions test;
  private final TrainingOptions training;

  /**
   * @param input null for each extractor's usual one
   * @throws IllegalArgumentException naming the entry, if one cannot be or two are the same
   * @throws IOException naming the file, if an extractor is one and cannot be used
   */
  PlannedModels(
      List<ModelEntry> entries, HeightWidth input, ThresholdOptions test, TrainingOptions training)
      throws IOException {
    this.test = test;
    this.training = training;
    Set<String> folders = new HashSet<>();
    for (ModelEntry entry : entries) {
      ModelConfig config =
          NetworkOptions.config(
              entry.kind(),
              entry.extractor(),
              entry.input() == null ? input : entry.input(),
              entry.settings(),
              "",
              0,
              test.ofNewModel());
      all.add(new Planned(entry, config));
      if (!folders.add(folder(entry.label()).toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "--models: two models are called '%s': tell them apart with label=NAME"
                .formatted(entry.label()));
      }
    }
    requireUseOfWeights();
  }

  private void requireUseOfWeights() {
    boolean used = all.stream().anyMatch(planned -> planned.config.extractor().takesWeights());
    if (!training.weights().isEmpty() && !used) {
      throw new IllegalArgumentException("none of these extractors takes weights");
    }
  }

  int size() {
    return all.size();
  }

  /** That of a number on a category with a seed. */
  ModelConfig config(int model, String category, long seed) {
    ModelConfig c = all.get(model).config;
    return new ModelConfig(
        c.model(),
        category,
        c.extractor(),
        c.preprocessing(),
        c.settings(),
        seed,
        c.segmentation(),
        null,
        null);
  }

  TrainingConfig training(int model, String category, long seed) {
    ModelEntry entry = all.get(model).entry;
    return training.config(Recipe.of(entry.kind(), category), seed, entry.training());
  }

  /** Files of its extractor's weights. */
  List<Path> weights(int model) {
    return all.get(model).config.extractor().takesWeights() ? training.weights() : List.of();
  }

  double validation() {
    return training.validation();
  }

  CalibrationPlan calibration() {
    return training.calibration(test);
  }

  /** The models as they are shown. */
  List<ComparedModel> compared(List<String> categories) {
    List<ComparedModel> compared = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      ModelEntry entry = all.get(i).entry;
      ModelConfig config = all.get(i).config;
      boolean reconstructed = config.model().facts().reconstructed();
      compared.add(
          new ComparedModel(
              entry.label(),
              config.model().id(),
              entry.label() + (reconstructed ? " (reconstructed)" : ""),
              config.extractor().name(),
              config.preprocessing().height() + " × " + config.preprocessing().width(),
              MethodSettings.inWords(config.settings()),
              inWords(i, categories),
              latents(config),
              folder(entry.label())));
    }
    return compared;
  }

  private String inWords(int model, List<String> categories) {
    List<String> words =
        categories.stream().map(c -> inWords(training(model, c, 0))).distinct().toList();
    return words.size() == 1 ? words.get(0) : "as published for each category";
  }

  private static String inWords(TrainingConfig training) {
    return "%d epochs, batch %d, learning rate %s"
        .formatted(training.epochs(), training.batchSize(), training.adam().learningRate());
  }

  private static String latents(ModelConfig config) {
    try {
      return config.settings().independence(Cost.of(config).latentShapes().size()).meaning();
    } catch (IllegalArgumentException e) {
      return "none: " + e.getMessage(); // its runs fail, and say so
    }
  }

  /** A name for files of any label. */
  private static String folder(String label) {
    return label.replaceAll("[^A-Za-z0-9._=@-]", "_").replaceAll("^\\.+", "_");
  }
}
