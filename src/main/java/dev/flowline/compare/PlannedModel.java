package dev.flowline.compare;

import dev.flowline.model.MethodSettings;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.NetworkShapes;
import dev.flowline.train.TrainingConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A model that is to be compared, for any category and seed.
 *
 * @param label what tells it from the others
 * @param base an untrained model, of which category and seed are replaced
 * @param weights files of pretrained weights, empty if its extractor takes none
 * @param training how it is trained
 */
public record PlannedModel(String label, ModelConfig base, List<Path> weights, Training training) {

  /** Returns how a model is trained on a category with a seed. */
  @FunctionalInterface
  public interface Training {
    TrainingConfig on(String category, long seed);
  }

  /** Returns the untrained model for a category and a seed. */
  ModelConfig config(String category, long seed) {
    return new ModelConfig(
        base.model(),
        category,
        base.extractor(),
        base.preprocessing(),
        base.settings(),
        seed,
        base.segmentation());
  }

  /** Returns the model as it is shown. */
  ComparedModel compared(List<String> categories) {
    boolean reconstructed = base.model().facts().reconstructed();
    return new ComparedModel(
        label,
        base.model().id(),
        label + (reconstructed ? " (reconstructed)" : ""),
        base.extractor().name(),
        base.preprocessing().height() + " × " + base.preprocessing().width(),
        MethodSettings.inWords(base.settings()),
        inWords(categories),
        latents(),
        folder());
  }

  private String inWords(List<String> categories) {
    List<String> words =
        categories.stream().map(category -> inWords(training.on(category, 0))).distinct().toList();
    return words.size() == 1 ? words.get(0) : "as published for each category";
  }

  private String inWords(TrainingConfig training) {
    if (base.model().facts().recipe() == null) {
      return "fitted";
    }
    return "%s epochs, batch %s, learning rate %s"
        .formatted(training.epochs(), training.batchSize(), training.adam().learningRate());
  }

  private String latents() {
    try {
      return base.settings().independence(NetworkShapes.of(base).latents().size()).meaning();
    } catch (IllegalArgumentException e) {
      return "none: " + e.getMessage(); // its runs fail, and say so
    }
  }

  /** Returns a folder name that any label has, unlike those of labels that differ by case. */
  String folder() {
    return label.replaceAll("[^A-Za-z0-9._=@-]", "_").replaceAll("^\\.+", "_");
  }

  /** Returns what no other model of a comparison may share: file systems may ignore case. */
  String folderKey() {
    return folder().toLowerCase(Locale.ROOT);
  }
}
