package dev.flowline.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
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

  /** The variable's word, looked at once; loads libflowline if it is not empty. */
  private static final class Wanted {
    static final String WORD = System.getenv(VARIABLE);
    static final InstructionSet SET;
    static final String FAULT; // null for none

    static {
      InstructionSet set = null;
      String fault = null;
      try {
        set = of(WORD, InstructionSet::isAvailable);
      } catch (IllegalArgumentException e) {
        fault = e.getMessage();
      }
      SET = set;
      FAULT = fault;
    }
  }

  /**
   * Returns the wanted set.
   *
   * @throws IllegalArgumentException if the variable names none, or one that this processor lacks
   */
  public static InstructionSet wanted() {
    if (Wanted.FAULT != null) {
      throw new IllegalArgumentException(Wanted.FAULT);
    }
    return Wanted.SET;
  }

  /**
   * Returns the set of a word; {@link #BEST} for an empty one.
   *
   * @param word null for none
   * @param available says of a set whether processor and library have it
   * @throws IllegalArgumentException if it names none of these
   */
  static InstructionSet of(String word, Predicate<InstructionSet> available) {
    if (word == null || word.isBlank()) {
      return BEST;
    }
    String stripped = word.strip();
    Optional<InstructionSet> named =
        Arrays.stream(values()).filter(set -> set.name().equalsIgnoreCase(stripped)).findFirst();
    if (named.filter(available).isPresent()) {
      return named.get();
    }
    String allowed =
        Arrays.stream(values())
            .filter(available)
            .map(set -> set.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "%s must be one of %s on this processor, got %s".formatted(VARIABLE, allowed, stripped));
  }

  /** Returns whether libflowline has kernels of these instructions, and this processor has them. */
  private boolean isAvailable() {
    try (LibFlowline.ContextOptions options = new LibFlowline.ContextOptions()) {
      LibFlowline.Context context = new LibFlowline.Context();
      int status = LibFlowline.flowline_context_create(options.instruction_set(code()), context);
      if (status == LibFlowline.FLOWLINE_UNAVAILABLE) {
        return false;
      }
      FlowlineException.check(status);
      LibFlowline.flowline_context_destroy(context);
      return true;
    }
  }
}
