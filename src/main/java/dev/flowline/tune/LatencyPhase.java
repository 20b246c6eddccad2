package dev.flowline.tune;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.bench.Deadline;
import dev.flowline.io.Image;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The first phase of a tuning: the latency of each candidate, by which those that miss the takt by
 * far are dropped before any training. Of a model and extractor whose smaller input misses it by
 * far, the larger ones are not measured. A latency that is known is kept, unless the machine was
 * busy, the budget cut it short or it failed.
 */
final class LatencyPhase {
  private static final double MOST_OF_BUDGET = 0.5;

  private final TuneRequest request;
  private final TuneConditions conditions;
  private final TuneLedger ledger;
  private final TuneBudget budget;
  private final TuneSteps steps;
  private final Consumer<String> says;
  private final Function<Exception, String> reason;
  private final Map<Candidate, CandidateLatency> known = new LinkedHashMap<>();
  private final Map<Candidate, String> outside = new LinkedHashMap<>();

  /** The smallest candidate of each family that misses the takt by far. */
  private final Map<Object, Candidate> far = new LinkedHashMap<>();

  /** A measurement of candidates. */
  interface Measurement {
    /**
     * Measures a candidate.
     *
     * @param end at which it ends, with what it has
     * @throws IOException if an engine is not there
     */
    CandidateLatency of(Candidate candidate, double taktMillis, Deadline end) throws IOException;
  }

  /**
   * Prepares the phase.
   *
   * @param ledger takes what is measured
   * @param says receives what begins, in a line
   * @param reason words a failure
   */
  LatencyPhase(
      TuneRequest request,
      TuneConditions conditions,
      TuneLedger ledger,
      TuneBudget budget,
      TuneSteps steps,
      Consumer<String> says,
      Function<Exception, String> reason) {
    this.request = request;
    this.conditions = conditions;
    this.ledger = ledger;
    this.budget = budget;
    this.steps = steps;
    this.says = says;
    this.reason = reason;
  }

  /**
   * Measures what is to be measured, the smallest inputs first.
   *
   * @param images that are inspected
   */
  Latencies measured(Measurement measurement, List<Image> images) throws IOException {
    List<Candidate> bySize =
        request.candidates().stream().sorted(Comparator.comparingLong(Candidate::pixels)).toList();
    for (int i = 0; i < bySize.size(); i++) {
      Candidate candidate = bySize.get(i);
      JsonNode now = conditions.latency(candidate, images);
      ledger.latency(candidate.label(), now).ifPresent(latency -> known.put(candidate, latency));
      Candidate smaller = far.get(candidate.family());
      if (smaller != null) {
        outside.put(
            candidate,
            "misses the takt by far, as the smaller input does (%s)".formatted(smaller.label()));
        continue;
      }
      if (isToBeMeasured(known.get(candidate)) && hasTime()) {
        says.accept(
            "latency %s of %s: %s%s; %s of the budget left"
                .formatted(
                    i + 1,
                    bySize.size(),
                    candidate.label(),
                    again(candidate, now).map(why -> " (again: " + why + ")").orElse(""),
                    TuneNotes.time(Math.max(0, budget.left()))));
        measure(measurement, candidate, now);
      }
      judge(candidate, known.get(candidate));
    }
    return new Latencies(known, within(), outside);
  }

  private boolean isToBeMeasured(CandidateLatency latency) {
    return latency == null
        || !latency.decides(request.taktMillis())
        || latency.whyAgain().isPresent();
  }

  private Optional<String> again(Candidate candidate, JsonNode now) {
    CandidateLatency before = known.get(candidate);
    return before == null
        ? ledger.difference(candidate.label(), now)
        : before.whyAgain().or(() -> Optional.of("its p99 is not known"));
  }

  private void measure(Measurement measurement, Candidate candidate, JsonNode now)
      throws IOException {
    Deadline end = Deadline.in(left());
    steps.run(
        step(candidate),
        () -> {
          CandidateLatency latency;
          try {
            latency = measurement.of(candidate, request.taktMillis(), end);
          } catch (RuntimeException | IOException e) {
            latency = CandidateLatency.failed(reason.apply(e));
          }
          if (latency.failure() != null) {
            says.accept(TuneTable.FAILED + candidate.label() + ": " + latency.failure());
          }
          boolean worse = latency.cutShort() && !latency.decides(request.taktMillis());
          CandidateLatency before = known.get(candidate);
          if (!worse || before == null || !before.decides(request.taktMillis())) {
            known.put(candidate, latency);
            ledger.keep(new TuneLedger.MeasuredLatency(candidate.label(), now, latency));
          }
          return !latency.cutShort() && latency.failure() == null;
        });
  }

  /** Decides by its latency whether a candidate is trained. */
  private void judge(Candidate candidate, CandidateLatency latency) {
    if (latency == null) {
      outside.put(candidate, TuneNotes.BUDGET);
    } else if (latency.failure() != null) {
      outside.put(candidate, TuneTable.FAILED + latency.failure());
    } else if (latency.missesByFar(request.taktMillis())) {
      outside.put(candidate, "misses the takt by far");
      far.put(candidate.family(), candidate);
    } else if (!latency.decides(request.taktMillis())) {
      outside.put(
          candidate,
          "%s after %s"
              .formatted(
                  TuneNotes.BUDGET, Numbers.count((int) latency.inspections(), "inspection")));
    }
  }

  private List<Candidate> within() {
    List<Candidate> within = new ArrayList<>(request.candidates());
    within.removeIf(outside::containsKey);
    within.sort(
        Comparator.comparing(candidate -> !known.get(candidate).keeps(request.taktMillis())));
    return within;
  }

  private static String step(Candidate candidate) {
    return "latency of " + candidate.label();
  }

  /** Returns whether a measurement may begin: if it takes as long as they did so far, it ends. */
  private boolean hasTime() {
    return left() > 0 && expected() <= left();
  }

  /** Returns the seconds that latencies may still take. */
  private double left() {
    return Math.min(budget.left(), MOST_OF_BUDGET * budget.seconds() - spent());
  }

  private double spent() {
    return request.candidates().stream()
        .mapToDouble(candidate -> budget.of(step(candidate)).spentSeconds())
        .sum();
  }

  /** Returns how long a measurement took so far, on average. */
  private double expected() {
    int tries =
        request.candidates().stream()
            .mapToInt(candidate -> budget.of(step(candidate)).tries())
            .sum();
    return spent() / Math.max(1, tries);
  }
}
