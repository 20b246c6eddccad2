package dev.flowline.acceptance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;

/**
 * The result of an acceptance.
 *
 * @param title of the study, such as the model's name
 * @param facts on model and parts, by name, in the order shown
 * @param appraisers figures of each, the model first if there is one
 * @param between agreement of several appraisers; null for one
 * @param plan how many parts show the requested rates
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AcceptanceResult(
    String title,
    Map<String, String> facts,
    List<AppraiserResult> appraisers,
    AppraiserAgreement between,
    AcceptancePlan plan) {
  public AcceptanceResult {
    appraisers = List.copyOf(appraisers);
  }

  /**
   * Returns the result of a study.
   *
   * @throws IllegalArgumentException if several appraisers have no part in common
   */
  public static AcceptanceResult of(
      String title, Map<String, String> facts, AttributeStudy study, AcceptancePlan plan) {
    double confidence = plan.requested().confidence();
    return new AcceptanceResult(
        title,
        facts,
        study.appraisers().stream().map(each -> AppraiserResult.of(each, confidence)).toList(),
        AppraiserAgreement.of(study, confidence),
        plan);
  }

  /** Returns the result as a JSON object. */
  String json() {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
