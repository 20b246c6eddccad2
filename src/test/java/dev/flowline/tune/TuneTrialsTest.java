package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.flowline.data.Dataset;
import dev.flowline.data.Mask;
import dev.flowline.data.Sample;
import dev.flowline.internal.InstructionSet;
import dev.flowline.io.LaterFailure;
import dev.flowline.model.ModelKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is expected of trials, before any is done. */
class TuneTrialsTest {
  private static final Candidate FLOW = MadeSearch.candidate(ModelKind.U_FLOW, "flow", 64);

  @TempDir private Path folder;

  private final TuneBudget budget = new TuneBudget(100, new ConcurrentSkipListMap<>());

  private Dataset dataset() throws IOException {
    List<Sample> train = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      train.add(Sample.good(Files.writeString(folder.resolve(i + ".png"), "an image")));
    }
    Sample defect = new Sample(train.get(0).image(), new Mask.None(), "scratch");
    return new Dataset("steel", train, List.of(train.get(1), defect), List.of());
  }

  private TuneRequest request(Candidate candidate) throws IOException {
    return MadeSearch.request(
        dataset(), List.of(candidate), 50, 100, List.of(1), folder.resolve("tuned"));
  }

  private TuneTrials trials() throws IOException {
    TuneRequest request = request(FLOW);
    LaterFailure unwritten = new LaterFailure();
    return new TuneTrials(
        request,
        new TestSet(request.dataset(), 0, 0),
        HeldOutShares.of(request.dataset().train().size(), request.rate()),
        new Latencies(Map.of(FLOW, MadeRows.latency(20)), List.of(FLOW), Map.of()),
        conditions(request),
        null,
        0,
        budget,
        new TuneSteps(budget, () -> {}, unwritten),
        unwritten);
  }

  private static TuneConditions conditions(TuneRequest request) {
    return new TuneConditions(request, MadeSearch.MACHINE, InstructionSet.BEST);
  }

  /** A trial that was stopped after a second does not say how long one of three epochs takes. */
  @Test
  void onlyATrialThatCameToItsEndIsExpectedToTakeAsLong() throws IOException {
    try (TuneTrials trials = trials()) {
      double guessed = trials.expectedSeconds(FLOW, 3);
      String step = trials.step(FLOW, 1);
      budget.begin(step);
      budget.spend(step, 1000);
      assertEquals(guessed, trials.expectedSeconds(FLOW, 3));
      double extraction = trials.expectedSeconds(FLOW, 1) - inspections(trials);
      budget.end(step);
      assertEquals(extraction + 3000, trials.expectedSeconds(FLOW, 3), 1e-9);
    }
  }

  /** Returns the part of a guess of one epoch that is no extraction of features. */
  private static double inspections(TuneTrials trials) throws IOException {
    double one = trials.expectedSeconds(FLOW, 1);
    double two = trials.expectedSeconds(FLOW, 2);
    double median = MadeRows.latency(20).p50Millis() / 1000;
    return two - one + 2 * median; // of an epoch, and of the two test images
  }

  @Test
  void anotherCandidateOfTheSameLabelHasItsOwnTrials() throws IOException {
    Path weights = Files.writeString(folder.resolve("weights.pth"), "one");
    Candidate first = MadeSearch.candidate(ModelKind.U_FLOW, "flow", 64, weights);
    String trial = conditions(request(first)).trial(first);
    assertEquals(trial, conditions(request(first)).trial(first));
    Files.writeString(weights, "two");
    assertNotEquals(trial, conditions(request(first)).trial(first), "other weights");
    Candidate larger = MadeSearch.candidate(ModelKind.U_FLOW, "flow", 96, weights);
    assertNotEquals(
        conditions(request(first)).trial(first), conditions(request(larger)).trial(larger));
    assertNotEquals(
        conditions(request(first)).trial(first),
        new TuneConditions(request(first), MadeSearch.MACHINE, InstructionSet.BASELINE)
            .trial(first));
  }
}
