package dev.flowline.cli.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The outcome of a check. */
public enum Status {
  OK,
  /** It works, but not as it could; or an optional part does not work. */
  WARNING,
  /** Inspection on a CPU does not work. */
  FAILURE;

  /** Returns the name that is printed, in text and in JSON. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
