package dev.flowline.tune;

import dev.flowline.bench.Machine;
import dev.flowline.compare.ComparisonHost;
import dev.flowline.compare.ParetoFront;
import dev.flowline.compare.WorkStopped;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OutputLock;
import dev.flowline.page.Numbers;
import java.io.IOException;
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
      LatencyPhase latencies =
          new LatencyPhase(request, tested.dataset().test(), ledger, budget, says, unwritten);
      List<Candidate> within = latencies.within();
      outside.putAll(latencies.outside());
      try (TuneTrials trials =
          new TuneTrials(
              request,
              tested,
              shares,
              within,
              host,
              latencies.secondsToRead(),
              ledger,
              budget,
              unwritten)) {
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
            withoutTime(candidate, epochs);
            return Optional.empty();
          }
          says.accept(
              "rung %s: %s%s; %s of the budget left"
                  .formatted(
                      rung,
                      candidate.label(),
                      candidate.isFitted() ? "" : ", " + Numbers.count(epochs, "epoch"),
                      TuneNotes.time(Math.max(0, budget.left()))));
        }
        TuneTrial trial;
        try {
          trial = trials.trial(candidate, epochs);
        } catch (WorkStopped e) {
          withoutTime(candidate, epochs);
          return Optional.empty();
        }
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

  private void withoutTime(Candidate candidate, int epochs) {
    outside.put(
        candidate,
        results.containsKey(candidate)
            ? "%s before %s epochs".formatted(TuneNotes.BUDGET, epochs)
            : TuneNotes.BUDGET);
  }

  private Candidate candidate(String label) {
    return request.candidates().stream()
        .filter(candidate -> candidate.label().equals(label))
        .findFirst()
        .orElseThrow();
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
