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
import dev.flowline.page.Numbers;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
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
  private final Latencies latencies;
  private final TuneConditions conditions;
  private final TuneBudget budget;
  private final TuneSteps steps;
  private final TimedHost host;
  private final double secondsToRead;
  private final SharedFeatures features;
  private final SingleRun runs;

  /**
   * Makes trials, none of which is done yet.
   *
   * @param latencies say which candidates may be tried
   * @param secondsToRead an image
   */
  TuneTrials(
      TuneRequest request,
      TestSet tested,
      HeldOutShares shares,
      Latencies latencies,
      TuneConditions conditions,
      ComparisonHost host,
      double secondsToRead,
      TuneBudget budget,
      TuneSteps steps,
      LaterFailure unwritten) {
    this.request = request;
    this.tested = tested;
    this.shares = shares;
    this.latencies = latencies;
    this.conditions = conditions;
    this.budget = budget;
    this.steps = steps;
    this.host = new TimedHost(host);
    this.secondsToRead = secondsToRead;
    List<Candidate> candidates = latencies.within();
    ComparisonRequest all =
        request(candidates.stream().map(Candidate::model).toList(), request.output());
    features = new SharedFeatures(all, this.host, Math.max(1, keys(candidates).size()));
    runs = new SingleRun(all, this.host, features, unwritten);
  }

  /** Returns what tells the features of some candidates apart. */
  private static Set<Object> keys(List<Candidate> candidates) {
    return candidates.stream()
        .map(each -> List.of(each.config().extractor(), each.config().preprocessing()))
        .collect(Collectors.toSet());
  }

  private ComparisonRequest request(List<PlannedModel> models, Path folder) {
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
        folder);
  }

  /** Plans a trial, in a folder that no other candidate of the same label has. */
  private PlannedRun planned(Candidate candidate, int epochs) throws IOException {
    String folder = "epochs-%s/%s".formatted(epochs, conditions.trial(candidate));
    ComparisonRequest own =
        request(List.of(candidate.trained(epochs)), request.output().resolve(folder));
    return ComparisonPlan.of(own).runs().get(0);
  }

  /** Returns whether an earlier process has done a trial. */
  boolean isFinished(Candidate candidate, int epochs) throws IOException {
    return planned(candidate, epochs).finished().isPresent();
  }

  /** Returns why a trial of an earlier process failed; empty if none did. */
  Optional<String> failure(Candidate candidate, int epochs) throws IOException {
    return planned(candidate, epochs).failure();
  }

  /**
   * Returns how long a trial is expected to take: in proportion to one of fewer epochs that came to
   * its end, or by the median of an inspection.
   */
  double expectedSeconds(Candidate candidate, int epochs) throws IOException {
    PlannedRun run = planned(candidate, epochs);
    double inspection = latencies.of(candidate).p50Millis() / 1000;
    int train = tested.dataset().train().size();
    int test = tested.dataset().test().size();
    double extraction = features.has(run) ? 0 : (inspection + secondsToRead) * (train + test);
    for (int before = epochs - 1; before >= 1; before--) {
      StepTime known = budget.of(step(candidate, before));
      if (known.whole()) {
        return extraction + known.spentSeconds() * epochs / before;
      }
    }
    double training =
        candidate.isFitted()
            ? 1
            : (double) INSPECTIONS_OF_A_STEP * epochs * run.split().fit().size();
    return extraction + inspection * (test + training);
  }

  /** Returns the name of the step that a trial is. */
  String step(Candidate candidate, int epochs) throws IOException {
    return "%s (%s), %s"
        .formatted(candidate.label(), conditions.trial(candidate), Numbers.count(epochs, "epoch"));
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
            () -> {
              features.prepare(run);
              return true;
            });
      }
      ComparedRun[] done = new ComparedRun[1];
      timed(
          step(candidate, epochs),
          () -> {
            done[0] = runs.result(run);
            return !done[0].isFailed();
          });
      known = Optional.of(done[0]);
    }
    return TuneTrial.of(
        known.get(),
        candidate.isFitted() ? null : (Integer) epochs,
        budget.of(step(candidate, epochs)).spentSeconds(),
        request.output().relativize(run.folder()).resolve("report.html").toString());
  }

  private static String input(Candidate candidate) {
    return candidate.config().preprocessing().height()
        + " × "
        + candidate.config().preprocessing().width();
  }

  private void timed(String name, TuneSteps.TimedStep step) throws IOException {
    host.allow(budget.left());
    steps.run(name, step);
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
