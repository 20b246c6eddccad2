package dev.flowline.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;

/**
 * The answer of {@code flowline bench}: one run in one process, and the fresh processes beside it.
 *
 * @param format of this answer: {@link #FORMAT}
 * @param time when the measurement ended, UTC, as ISO 8601 has it
 * @param flowline its version
 * @param java vendor and version of the JVM
 * @param rows by setting
 * @param starts of fresh processes, in their order; empty if none was wanted
 * @param noise beside the rounds
 * @param tooBusy whether the machine was too busy to measure on
 * @param notThere what was not measured, and why, in a line each
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BenchResult(
    int format,
    String time,
    String flowline,
    String java,
    Machine machine,
    MeasuredModel model,
    MeasuredImages images,
    List<BenchRow> rows,
    List<FreshStart> starts,
    MachineNoise noise,
    boolean tooBusy,
    List<String> notThere) {
  /** The format of the answers of this version. */
  public static final int FORMAT = 1;

  public BenchResult {
    if (format != FORMAT) {
      throw new IllegalArgumentException("format must be %s, got %s".formatted(FORMAT, format));
    }
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(machine, "machine");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(noise, "noise");
    rows = List.copyOf(rows);
    starts = starts == null ? List.of() : List.copyOf(starts);
    notThere = notThere == null ? List.of() : List.copyOf(notThere);
  }
}
