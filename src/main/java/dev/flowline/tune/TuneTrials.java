package dev.flowline.tune;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.compare.ComparedRun;
import dev.flowline.compare.ComparisonHost;
import dev.flowline.compare.ComparisonPlan;
import dev.flowline.compare.ComparisonRequest;
import dev.flowline.compare.PlannedModel;
import dev.flowline.compare.PlannedRun;
import dev.flowline.compare.SharedFeatures;
import dev.flowline.compare.SingleRun;
import dev.flowline.io.LaterFailure;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The trials of a tuning: runs as {@code compare} does them, on features that are extracted once.
 * Each keeps its result in a folder of its own; what is finished there is not done again.
 */
final class TuneTrials implements AutoCloseable {
  private static final int GALLERY = 8;

  /** A step of training takes about as long as two inspections of its images. */
  private static final int INSPECTIONS_OF_A_STEP = 2;

  private final TuneRequest request;
  private final TestSet tested;
  private final HeldOutShares shares;
  private final TuneLedger ledger;
  private final TuneBudget budget;
  private final LaterFailure unwritten;
  private final TimedHost host;
  private final double secondsToRead;
  private final SharedFeatures features;
  private final SingleRun runs;

  /**
   * Makes trials, none of which is done yet.
   *
   * @param candidates all that may be tried
   * @param secondsToRead an image
   * @param ledger takes how long each step took
   */
  TuneTrials(
      TuneRequest request,
      TestSet tested,
      HeldOutShares shares,
      List<Candidate> candidates,
      ComparisonHost host,
      double secondsToRead,
      TuneLedger ledger,
      TuneBudget budget,
      LaterFailure unwritten) {
    this.request = request;
    this.tested = tested;
    this.shares = shares;
    this.ledger = ledger;
    this.budget = budget;
    this.unwritten = unwritten;
    this.host = new TimedHost(host);
    this.secondsToRead = secondsToRead;
    ComparisonRequest all = request(candidates.stream().map(Candidate::model).toList(), 1);
    features = new SharedFeatures(all, this.host, Math.max(1, keys(candidates).size()));
    runs = new SingleRun(all, this.host, features, unwritten);
  }

  /** Returns what tells the features of some candidates apart. */
  private static Set<Object> keys(List<Candidate> candidates) {
    return candidates.stream()
        .map(each -> List.of(each.config().extractor(), each.config().preprocessing()))
        .collect(Collectors.toSet());
  }

  private ComparisonRequest request(List<PlannedModel> models, int epochs) {
    return new ComparisonRequest(
        request.data(),
        request.layout(),
        List.of(tested.dataset()),
        models,
        List.of(request.seed()),
        false,
        null,
        shares.validation(),
        new CalibrationPlan(request.nullHypothesis(), shares.calibration(), request.rate()),
        request.cacheBytes(),
        Device.CPU,
        request.trainingThreads(),
        request.version(),
        false,
        GALLERY,
        false,
        request.output().resolve("epochs-" + epochs));
  }

  private PlannedRun planned(Candidate candidate, int epochs) throws IOException {
    ComparisonRequest own = request(List.of(candidate.trained(epochs)), epochs);
    return ComparisonPlan.of(own).runs().get(0);
  }

  /** Returns whether an earlier process has done a trial. */
  boolean isFinished(Candidate candidate, int epochs) throws IOException {
    return planned(candidate, epochs).finished().isPresent();
  }

  /**
   * Returns how long a trial is expected to take: in proportion to an earlier one of fewer epochs,
   * or by the median of an inspection.
   */
  double expectedSeconds(Candidate candidate, int epochs) throws IOException {
    PlannedRun run = planned(candidate, epochs);
    double inspection = ledger.latencies().get(candidate.label()).p50Millis() / 1000;
    int train = tested.dataset().train().size();
    int test = tested.dataset().test().size();
    double extraction = features.has(run) ? 0 : (inspection + secondsToRead) * (train + test);
    for (int before = epochs - 1; before >= 1; before--) {
      Double known = ledger.seconds().get(step(candidate, before));
      if (known != null) {
        return extraction + known * epochs / before;
      }
    }
    double training =
        candidate.isFitted()
            ? 1
            : (double) INSPECTIONS_OF_A_STEP * epochs * run.split().fit().size();
    return extraction + inspection * (test + training);
  }

  private static String step(Candidate candidate, int epochs) {
    return "%s, %s epochs".formatted(candidate.label(), epochs);
  }

  /**
   * Trains and judges a candidate, unless that is done.
   *
   * @throws dev.flowline.compare.WorkStopped if that takes longer than the budget has
   */
  TuneTrial trial(Candidate candidate, int epochs) throws IOException {
    PlannedRun run = planned(candidate, epochs);
    Optional<ComparedRun> known = run.finished();
    if (known.isEmpty()) {
      if (!features.has(run)) {
        timed(
            "features of " + run.features().extractor().name() + ", " + input(candidate),
            () -> features.prepare(run));
      }
      ComparedRun[] done = new ComparedRun[1];
      timed(step(candidate, epochs), () -> done[0] = runs.result(run));
      known = Optional.of(done[0]);
    }
    return TuneTrial.of(
        known.get(),
        candidate.isFitted() ? null : (Integer) epochs,
        ledger.seconds().getOrDefault(step(candidate, epochs), 0.0),
        request.output().relativize(run.folder()).resolve("report.html").toString());
  }

  private static String input(Candidate candidate) {
    return candidate.config().preprocessing().height()
        + " × "
        + candidate.config().preprocessing().width();
  }

  /** A step that takes time. */
  private interface TimedStep {
    void run() throws IOException;
  }

  private void timed(String name, TimedStep step) throws IOException {
    long start = System.nanoTime();
    host.allow(budget.left());
    try {
      step.run();
    } finally {
      budget.spend(name, (System.nanoTime() - start) / 1e9);
      unwritten.tried(() -> ledger.write(request.output()));
    }
  }

  /** Frees the features that none of some candidates needs. */
  void keepOnly(List<Candidate> candidates) throws IOException {
    Set<PlannedRun.FeaturesKey> wanted = new HashSet<>();
    for (Candidate candidate : candidates) {
      wanted.add(planned(candidate, candidate.mostEpochs()).features());
    }
    features.keepOnly(wanted);
  }

  @Override
  public void close() throws IOException {
    features.close();
  }
}
