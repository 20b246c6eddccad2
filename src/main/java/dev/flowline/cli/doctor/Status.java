package dev.flowline.cli.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a check ended. */
public enum Status {
  OK,
  /** Works, but not as it could; or an optional part does not. */
  WARNING,
  /** Inspection on a CPU does not work. */
  FAILURE;

  /** As it is printed, in text and in JSON. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
