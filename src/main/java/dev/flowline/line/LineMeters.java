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

  /** The time from acceptance to a worker, or to the answer if none took the part. */
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

  LineMeters() {
    begin(WAITED);
    new StageTimings(0, 0, 0, 0, 0).byStage().keySet().forEach(this::begin);
    begin(ANSWERED);
  }

  private void begin(String what) {
    Histogram histogram = new Histogram(HIGHEST_MICROS, DIGITS);
    micros.put(what, histogram);
  }

  synchronized void refused(Admission why) {
    refused.merge(why, 1L, Long::sum);
  }

  /**
   * Counts an answer.
   *
   * @param waitedMillis of the part for a worker
   */
  synchronized void answered(Inspection part, double waitedMillis) {
    answered.merge(part.verdict(), 1L, Long::sum);
    missedDeadlines += part.undecided() == UndecidedReason.DEADLINE ? 1 : 0;
    lastAnswer = System.nanoTime();
    any = true;
    record(WAITED, waitedMillis);
    record(ANSWERED, part.line().answeredMillis());
    if (part.isJudged()) {
      part.timingsMillis().byStage().forEach(this::record);
    }
  }

  /** Counts a part that was judged after its answer: its stages took their time all the same. */
  synchronized void late(Inspection part) {
    late++;
    part.timingsMillis().byStage().forEach(this::record);
  }

  private void record(String what, double millis) {
    long value = Math.max(0, Math.min(HIGHEST_MICROS, Math.round(millis * 1000)));
    micros.get(what).recordValue(value);
  }

  synchronized LineCounts counts(AcceptedParts parts, int toHandOver, int stalledWorkers) {
    long all = answered.values().stream().mapToLong(Long::longValue).sum();
    AcceptedParts.Snapshot now = parts.snapshot(); // after the answers: no answer without a part
    return new LineCounts(
        now.accepted(),
        refused,
        answered,
        missedDeadlines,
        late,
        Math.toIntExact(now.accepted() - all),
        now.waiting(),
        toHandOver,
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
