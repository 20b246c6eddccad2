package dev.flowline.acceptance;

import java.util.Objects;

/**
 * One decision of an appraiser about a part.
 *
 * @param part its name
 * @param defective what the part really is, its reference
 * @param appraiser a model or a person
 * @param trial its number; the same part of one appraiser has each number once
 */
public record Appraisal(
    String part, boolean defective, String appraiser, int trial, Decision decision) {
  public Appraisal {
    if (part.isBlank() || appraiser.isBlank()) {
      throw new IllegalArgumentException(
          "part and appraiser must have a name, got '%s' and '%s'".formatted(part, appraiser));
    }
    Objects.requireNonNull(decision, "decision");
  }
}
