package dev.flowline.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The instructions that libflowline's layers use: the best that the processor has, unless the
 * environment variable FLOWLINE_INSTRUCTION_SET names others, to measure what they are worth.
 */
public enum InstructionSet {
  BEST,
  BASELINE,
  AVX2,
  AVX512,
  NEON;

  /** The environment variable. */
  public static final String VARIABLE = "FLOWLINE_INSTRUCTION_SET";

  /** Returns the {@code FLOWLINE_INSTRUCTION_SET_} constant. */
  public int code() {
    return ordinal();
  }

  /**
   * Returns the wanted set.
   *
   * @throws IllegalArgumentException if the variable names none
   */
  public static InstructionSet wanted() {
    return of(System.getenv(VARIABLE));
  }

  static InstructionSet of(String name) {
    if (name == null || name.isBlank()) {
      return BEST;
    }
    for (InstructionSet set : values()) {
      if (set.name().equalsIgnoreCase(name.strip())) {
        return set;
      }
    }
    String known =
        Arrays.stream(values())
            .map(set -> set.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "%s must be one of %s, got %s".formatted(VARIABLE, known, name));
  }
}
