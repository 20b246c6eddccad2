package dev.flowline.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.line.ModelSummary;
import dev.flowline.model.AnomalyModel;
import java.util.Optional;

/**
 * The model of a measurement.
 *
 * @param kind such as {@code u-flow}
 * @param extractor its name
 * @param height of the input, pixels
 * @param width of the input, pixels
 * @param settings of the method, in words
 * @param digest SHA-256 of the model; null of a model that bench made itself, whose weights are
 *     random and the same for each version of Flowline
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeasuredModel(
    String kind, String extractor, int height, int width, String settings, String digest) {
  /**
   * Returns what a measurement says of a model.
   *
   * @param made whether bench made it itself
   */
  public static MeasuredModel of(AnomalyModel model, boolean made) {
    ModelSummary.Options options = ModelSummary.of(model.config()).options();
    Optional<String> digest = made ? Optional.empty() : model.digest();
    return new MeasuredModel(
        options.model(),
        options.extractor(),
        options.height(),
        options.width(),
        options.settings(),
        digest.orElse(null));
  }

  /** Returns the model in one line. */
  public String inWords() {
    return "%s, %s at %s x %s (%s), %s"
        .formatted(
            kind,
            extractor,
            height,
            width,
            settings,
            digest == null ? "made by bench with random weights" : "SHA-256 " + digest);
  }
}
