package dev.flowline.tune;

import dev.flowline.bench.Machine;
import dev.flowline.compare.ComparisonHost;
import dev.flowline.compare.ParetoFront;
import dev.flowline.compare.WorkStopped;
import dev.flowline.internal.InstructionSet;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OutputLock;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A tuning at work. It measures the latencies of all candidates, trains those that do not miss the
 * takt by far in successive halving, and writes page and JSON after each step.
 */
public final class Tuner {
  private final TuneRequest request;
  private final ComparisonHost host;
  private final TuneChoice.Commands commands;
  private final Consumer<String> says;
  private final Function<Exception, String> reason;
  private TestSet tested;
  private TuneBudget budget;
  private Latencies latencies;
  private HeldOutShares shares;
  private TuneNotes notes;
  private final Map<Candidate, TuneTrial> results = new LinkedHashMap<>();
  private final Map<Candidate, String> outside = new LinkedHashMap<>();

  /**
   * Prepares a tuning; nothing is done yet.
   *
   * @param host shows progress and trains
   * @param says receives what begins, in a line
   * @param reason words a failure, in a line
   */
  public Tuner(
      TuneRequest request,
      ComparisonHost host,
      TuneChoice.Commands commands,
      Consumer<String> says,
      Function<Exception, String> reason) {
    this.request = request;
    this.host = host;
    this.commands = commands;
    this.says = says;
    this.reason = reason;
  }

  /**
   * Does what is left of the tuning.
   *
   * @param unwritten takes the failure to write a result
   * @throws IOException if another tuning works in the folder, or what is there cannot be read
   */
  public TuneResult run(LaterFailure unwritten) throws IOException {
    try (OutputLock alone = OutputLock.ofFolder(request.output(), "tuning")) {
      TuneLedger ledger = TuneLedger.open(request.output(), settings());
      budget = new TuneBudget(request.budgetSeconds(), ledger.steps());
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
      try (TuneSteps steps =
          new TuneSteps(budget, () -> ledger.write(request.output()), unwritten)) {
        search(ledger, steps, unwritten);
      }
      TuneResult result = result();
      unwritten.tried(() -> TuneFolder.write(request.output(), result));
      return result;
    }
  }

  private void search(TuneLedger ledger, TuneSteps steps, LaterFailure unwritten)
      throws IOException {
    TuneConditions conditions =
        new TuneConditions(request, Machine.read(), InstructionSet.wanted());
    ReadImages read = ReadImages.of(tested.dataset().test());
    latencies =
        new LatencyPhase(request, conditions, ledger, budget, steps, says, reason)
            .measured(
                new LatencyStudy(
                    read.images(), request.engines(), request.threads(), request.batch()),
                read.images());
    outside.putAll(latencies.outside());
    if (latencies.noneKeeps(request.taktMillis())) {
      says.accept(notes.noneKeeps(rows()));
    }
    try (TuneTrials trials =
        new TuneTrials(
            request,
            tested,
            shares,
            latencies,
            conditions,
            host,
            read.secondsEach(),
            budget,
            steps,
            unwritten)) {
      SuccessiveHalving.USUAL.run(
          latencies.within(), Candidate::mostEpochs, rungs(trials, unwritten));
    }
  }

  /** Returns what all of a tuning is about: with others it is another one. */
  private Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("data", request.data().toAbsolutePath().normalize().toString());
    settings.put("category", request.dataset().category());
    settings.put("falseAlarmRate", request.rate());
    settings.put("seed", request.seed());
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
              "rung %s: %s%s%s; %s of the budget left"
                  .formatted(
                      rung,
                      candidate.label(),
                      candidate.isFitted() ? "" : ", " + Numbers.count(epochs, "epoch"),
                      trials
                          .failure(candidate, epochs)
                          .map(" (again: it failed: %s)"::formatted)
                          .orElse(""),
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
            Ranking.bestFirst(rows, request.taktMillis()).stream()
                .map(row -> candidate(row.label()))
                .toList();
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
        latencies.of(candidate),
        results.get(candidate),
        outside.get(candidate),
        false);
  }

  private List<TuneRow> rows() {
    return request.candidates().stream().map(this::row).toList();
  }

  /** Returns the result as far as it is known. */
  private TuneResult result() {
    List<TuneRow> rows = rows();
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
