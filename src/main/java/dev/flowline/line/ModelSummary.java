package dev.flowline.line;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.Provenance;

/**
 * The summary of a model that each inspection carries; its file holds the whole {@link Provenance}.
 *
 * @param category what the model has learned
 * @param flowline the version of Flowline that made the model; null if that is not recorded
 * @param date when it was made, ISO 8601, UTC; null if that is not recorded
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelSummary(String category, String flowline, String date) {
  /** Returns the summary of a model. */
  static ModelSummary of(ModelConfig config) {
    Provenance provenance = config.provenance();
    Provenance.Creation made = provenance == null ? null : provenance.created();
    return new ModelSummary(
        config.category(),
        made == null ? null : made.flowline(),
        made == null ? null : made.date());
  }
}
