package dev.flowline.tune;

import dev.flowline.bench.Machine;
import dev.flowline.compare.ComparisonHost;
import dev.flowline.compare.ParetoFront;
import dev.flowline.data.Sample;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OutputLock;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A tuning at work. It measures the latencies of all candidates, trains those that do not miss the
 * takt by far in successive halving, and writes page and JSON after each step.
 */
public final class Tuner {
  private static final int MOST_IMAGES = 4; // on which latencies are measured

  private final TuneRequest request;
  private final ComparisonHost host;
  private final TuneChoice.Commands commands;
  private final Consumer<String> says;
  private TestSet tested;
  private TuneLedger ledger;
  private TuneBudget budget;
  private HeldOutShares shares;
  private TuneNotes notes;
  private final Map<Candidate, TuneTrial> results = new LinkedHashMap<>();
  private final Map<Candidate, String> outside = new LinkedHashMap<>();

  /**
   * Prepares a tuning; nothing is done yet.
   *
   * @param host shows progress and trains
   * @param says receives what begins, in a line
   */
  public Tuner(
      TuneRequest request,
      ComparisonHost host,
      TuneChoice.Commands commands,
      Consumer<String> says) {
    this.request = request;
    this.host = host;
    this.commands = commands;
    this.says = says;
  }

  /**
   * Does what is left of the tuning.
   *
   * @param unwritten takes the failure to write a result
   * @throws IOException if another tuning works in the folder, or what is there cannot be read
   */
  public TuneResult run(LaterFailure unwritten) throws IOException {
    try (OutputLock alone = OutputLock.ofFolder(request.output(), "tuning")) {
      ledger = TuneLedger.open(request.output(), settings());
      budget = new TuneBudget(request.budgetSeconds(), ledger.seconds());
      if (budget.spent() > 0) {
        says.accept(
            "an earlier run has taken %s of the budget; this one goes on"
                .formatted(TuneNotes.time(budget.spent())));
      }
      tested =
          TestSet.of(
              request.dataset(),
              request.output().resolve("made-up"),
              request.seed(),
              (done, of) -> host.progressed("made-up defects", done, of));
      shares = HeldOutShares.of(tested.dataset().train().size(), request.rate());
      notes = new TuneNotes(request, tested, shares);
      List<Candidate> within = measured(unwritten);
      try (TuneTrials trials =
          new TuneTrials(request, tested, shares, within, host, ledger, budget, unwritten)) {
        SuccessiveHalving.USUAL.run(within, Candidate::mostEpochs, rungs(trials, unwritten));
      }
      TuneResult result = result();
      unwritten.tried(() -> TuneFolder.write(request.output(), result));
      return result;
    }
  }

  /** Returns what the latencies depend on, and which candidates there are. */
  private Map<String, Object> settings() throws IOException {
    Machine machine = Machine.read();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("data", request.data().toAbsolutePath().normalize().toString());
    settings.put("category", request.dataset().category());
    settings.put("candidates", request.candidates().stream().map(Candidate::label).toList());
    settings.put("taktMillis", request.taktMillis());
    settings.put("falseAlarmRate", request.rate());
    settings.put("engines", request.engines().stream().map(Object::toString).toList());
    settings.put("threads", request.threads());
    settings.put("batch", request.batch());
    settings.put("seed", request.seed());
    settings.put("processor", machine.cpu());
    settings.put("processors", machine.processors());
    settings.put("flowline", request.version());
    return settings;
  }

  /** Measures the latencies, and returns the candidates that do not miss the takt by far. */
  private List<Candidate> measured(LaterFailure unwritten) throws IOException {
    List<Image> images = images();
    LatencyStudy study =
        new LatencyStudy(images, request.engines(), request.threads(), request.batch());
    Map<Object, Candidate> far = new LinkedHashMap<>(); // the smallest input that does, by family
    List<Candidate> bySize =
        request.candidates().stream().sorted(Comparator.comparingLong(Candidate::pixels)).toList();
    int number = 0;
    for (Candidate candidate : bySize) {
      number++;
      Candidate smaller = far.get(candidate.family());
      if (smaller != null) {
        outside.put(
            candidate,
            "misses the takt by far, as the smaller input does (%s)".formatted(smaller.label()));
        continue;
      }
      CandidateLatency latency = ledger.latencies().get(candidate.label());
      if (latency == null) {
        if (!budget.allows(expectedLatency())) {
          outside.put(candidate, TuneNotes.BUDGET);
          continue;
        }
        says.accept(
            "latency %s of %s: %s%s"
                .formatted(number, bySize.size(), candidate.label(), timeLeft()));
        latency = latency(study, candidate, unwritten);
      }
      judge(candidate, latency, far);
    }
    return request.candidates().stream().filter(each -> !outside.containsKey(each)).toList();
  }

  /** Decides by its latency whether a candidate is trained. */
  private void judge(
      Candidate candidate, CandidateLatency latency, Map<Object, Candidate> far) {
    if (latency.failure() != null) {
      outside.put(candidate, "failed: " + latency.failure());
    } else if (latency.p99Millis() == null) {
      outside.put(candidate, "misses the takt by far");
      far.put(candidate.family(), candidate);
    }
  }

  private CandidateLatency latency(
      LatencyStudy study, Candidate candidate, LaterFailure unwritten) throws IOException {
    long start = System.nanoTime();
    CandidateLatency latency;
    try {
      latency = study.of(candidate, request.taktMillis());
    } catch (IllegalArgumentException | IllegalStateException | IOException e) {
      latency = CandidateLatency.failed(String.valueOf(e.getMessage()));
      says.accept("failed: %s: %s".formatted(candidate.label(), latency.failure()));
    }
    ledger.latencies().put(candidate.label(), latency);
    budget.spend("latency of " + candidate.label(), (System.nanoTime() - start) / 1e9);
    unwritten.tried(() -> ledger.write(request.output()));
    return latency;
  }

  /** Returns how long a measurement took so far, on average. */
  private double expectedLatency() {
    return ledger.latencies().keySet().stream()
        .mapToDouble(label -> ledger.seconds().getOrDefault("latency of " + label, 0.0))
        .average()
        .orElse(0);
  }

  /** Reads some test images, spread over all. */
  private List<Image> images() throws IOException {
    List<Sample> all = tested.dataset().test();
    int count = Math.min(MOST_IMAGES, all.size());
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(Images.read(all.get((int) ((long) i * all.size() / count)).image()));
    }
    return images;
  }

  private SuccessiveHalving.Trials<Candidate, TuneTrial> rungs(
      TuneTrials trials, LaterFailure unwritten) {
    return new SuccessiveHalving.Trials<>() {
      @Override
      public Optional<TuneTrial> tried(Candidate candidate, int epochs, int rung)
          throws IOException {
        if (unwritten.happened()) {
          return Optional.empty();
        }
        if (!trials.isFinished(candidate, epochs)) {
          if (!budget.allows(trials.expectedSeconds(candidate, epochs))) {
            outside.put(
                candidate,
                results.containsKey(candidate)
                    ? "%s before %s epochs".formatted(TuneNotes.BUDGET, epochs)
                    : TuneNotes.BUDGET);
            return Optional.empty();
          }
          says.accept(
              "rung %s: %s%s%s"
                  .formatted(
                      rung,
                      candidate.label(),
                      candidate.isFitted() ? "" : ", " + Numbers.count(epochs, "epoch"),
                      timeLeft()));
        }
        TuneTrial trial = trials.trial(candidate, epochs);
        results.put(candidate, trial);
        unwritten.tried(() -> TuneFolder.write(request.output(), result()));
        return Optional.of(trial);
      }

      @Override
      public List<Candidate> ranked(Map<Candidate, TuneTrial> tried) throws IOException {
        List<TuneRow> rows = tried.keySet().stream().map(Tuner.this::row).toList();
        List<Candidate> ranked =
            Ranking.bestFirst(rows).stream().map(row -> candidate(row.label())).toList();
        int kept = Math.min(ranked.size(), SuccessiveHalving.USUAL.kept(tried.size()));
        trials.keepOnly(ranked.subList(0, kept));
        return ranked;
      }
    };
  }

  private Candidate candidate(String label) {
    return request.candidates().stream()
        .filter(candidate -> candidate.label().equals(label))
        .findFirst()
        .orElseThrow();
  }

  private String timeLeft() {
    return "; %s of the budget left".formatted(TuneNotes.time(Math.max(0, budget.left())));
  }

  private TuneRow row(Candidate candidate) {
    return new TuneRow(
        candidate.label(),
        candidate.config().model().title(),
        candidate.config().extractor().name(),
        candidate.config().preprocessing().height()
            + " × "
            + candidate.config().preprocessing().width(),
        ledger.latencies().get(candidate.label()),
        results.get(candidate),
        outside.get(candidate),
        false);
  }

  /** Returns the result as far as it is known. */
  private TuneResult result() {
    List<TuneRow> rows = request.candidates().stream().map(this::row).toList();
    ParetoFront<TuneRow> front =
        ParetoFront.of(
            rows.stream().filter(TuneRow::hasResult).toList(), TuneRow::p99, TuneRow::found);
    List<TuneRow> marked = rows.stream().map(row -> row.onFront(front.contains(row))).toList();
    TuneRow best = TuneChoice.best(marked, request.taktMillis()).orElse(null);
    return new TuneResult(
        notes.facts(),
        request.taktMillis(),
        request.rate().rate(),
        tested.madeUp(),
        request.budgetSeconds(),
        budget.spent(),
        marked,
        front.things().stream().map(TuneRow::label).toList(),
        best == null ? null : choice(best, marked),
        notes.lines(marked));
  }

  private TuneChoice choice(TuneRow best, List<TuneRow> rows) {
    Candidate candidate = candidate(best.label());
    return new TuneChoice(
        best.label(),
        notes.why(best, rows),
        commands.train(candidate, best.trial().epochs(), shares),
        commands.inspect(best.latency()));
  }
}
