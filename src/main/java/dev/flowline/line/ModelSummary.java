package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.io.OneLine;
import dev.flowline.model.MethodSettings;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;
import java.util.List;

/**
 * The summary of a model that each inspection carries: what it is, who made it, and of what. It is
 * small whatever the number of training images; the model's file holds the whole {@link
 * Provenance}.
 *
 * @param category what the model has learned
 * @param flowline the version of Flowline that made the model; null if that is not recorded
 * @param date when it was made, ISO 8601, UTC; null if that is not recorded
 * @param trainingImages null if they are not recorded
 * @param weights the files of pretrained weights, or the checkpoint that was imported; empty for
 *     none, or if that is not recorded
 * @param options what the model is; null in a record of an older Flowline
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelSummary(
    String category,
    String flowline,
    String date,
    TrainingDigest trainingImages,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Provenance.SourceFile> weights,
    Options options) {
  public ModelSummary {
    weights = weights == null ? List.of() : List.copyOf(weights);
  }

  /**
   * The images of the training, as one.
   *
   * @param count how many there were: to learn from, for validation and for calibration
   * @param sha256 one digest for all, see {@link Provenance.TrainingImages#sha256}
   */
  public record TrainingDigest(int count, String sha256) {}

  /**
   * The options that the model has, and those of its making.
   *
   * @param model its kind, such as {@code u-flow}
   * @param settings of this kind, by name, in one line
   * @param extractor its name, as {@code info extractors} lists it; {@code file:NAME} for a network
   *     of the user's own
   * @param height of the input
   * @param width of the input
   * @param bits that samples of 16-bit images were taken to have in this inspection; null for 16
   * @param training the options of the command that made the model, in one line; null if none is
   *     recorded
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Options(
      String model,
      String settings,
      String extractor,
      int height,
      int width,
      Integer bits,
      String training) {
    private static Options of(ModelConfig config, Provenance.Creation made) {
      return new Options(
          config.model().id(),
          OneLine.of(MethodSettings.inWords(config.withoutPaths().settings())),
          OneLine.of(config.extractor().name()),
          config.preprocessing().height(),
          config.preprocessing().width(),
          config.preprocessing().bits(),
          made == null ? null : made.optionsInWords().orElse(null));
    }
  }

  /** Returns the summary of a model. */
  public static ModelSummary of(ModelConfig config) {
    Provenance provenance = config.provenance();
    Provenance.Creation made = provenance == null ? null : provenance.created();
    return new ModelSummary(
        config.category(),
        made == null ? null : made.flowline(),
        made == null ? null : made.date(),
        made == null || made.images() == null
            ? null
            : new TrainingDigest(made.images().count(), made.images().sha256()),
        made == null ? List.of() : made.weights(),
        Options.of(config, made));
  }
}
