package dev.flowline.line;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a line has counted and timed, for any thread. Times are histograms of microseconds to three
 * digits, up to an hour.
 */
final class LineMeters {
  private static final long HIGHEST_MICROS = 3_600_000_000L;
  private static final int DIGITS = 3;

  /** The time from acceptance to a worker. */
  static final String WAITED = "waited";

  /** The time from the trigger to the answer. */
  static final String ANSWERED = "answered";

  private final Map<String, Histogram> micros = new LinkedHashMap<>();
  private final Map<Admission, Long> refused = new EnumMap<>(Admission.class);
  private final Map<Verdict, Long> answered = new EnumMap<>(Verdict.class);
  private long missedDeadlines;
  private long late;
  private long lastAnswer; // System.nanoTime
  private boolean any;

  synchronized void refused(Admission why) {
    refused.merge(why, 1L, Long::sum);
  }

  synchronized void answered(Inspection part) {
    answered.merge(part.verdict(), 1L, Long::sum);
    missedDeadlines += part.undecided() == UndecidedReason.DEADLINE ? 1 : 0;
    lastAnswer = System.nanoTime();
    any = true;
    if (part.isJudged()) {
      part.timingsMillis().byStage().forEach(this::record);
    }
    LineFacts facts = part.line();
    if (facts.waitedMillis() != null) {
      record(WAITED, facts.waitedMillis());
    }
    record(ANSWERED, facts.answeredMillis());
  }

  private void record(String what, double millis) {
    long value = Math.max(0, Math.min(HIGHEST_MICROS, Math.round(millis * 1000)));
    micros.computeIfAbsent(what, name -> new Histogram(HIGHEST_MICROS, DIGITS)).recordValue(value);
  }

  synchronized void late() {
    late++;
  }

  /**
   * Returns the counts.
   *
   * @param parts of the line
   */
  synchronized LineCounts counts(AcceptedParts parts, int stalledWorkers) {
    long all = answered.values().stream().mapToLong(Long::longValue).sum();
    long accepted = parts.accepted(); // after the answers, so that there are not more of these
    return new LineCounts(
        accepted,
        refused,
        answered,
        missedDeadlines,
        late,
        Math.toIntExact(accepted - all),
        parts.waiting(),
        stalledWorkers,
        any ? (System.nanoTime() - lastAnswer) / 1e6 : null);
  }

  /** Returns copies of the histograms, by stage, in microseconds. */
  synchronized Map<String, Histogram> histograms() {
    Map<String, Histogram> copies = new LinkedHashMap<>();
    micros.forEach((name, histogram) -> copies.put(name, histogram.copy()));
    return copies;
  }
}
