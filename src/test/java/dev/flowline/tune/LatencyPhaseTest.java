package dev.flowline.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.TinyLine;
import dev.flowline.bench.Deadline;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.internal.InstructionSet;
import dev.flowline.io.Image;
import dev.flowline.io.LaterFailure;
import dev.flowline.model.ModelKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which latencies are measured, kept and measured again, with made-up measurements. */
class LatencyPhaseTest {
  private static final double TAKT = 50;
  private static final List<Image> IMAGES = List.of(TinyLine.good(1, 40, 30));

  @TempDir private Path folder;

  private final Map<String, CandidateLatency> measured = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private double budgetSeconds = 1000;
  private List<Integer> threads = List.of(1);
  private InstructionSet instructions = InstructionSet.BEST;

  private static Candidate padim(String label, int side, Path... weights) {
    return MadeSearch.candidate(ModelKind.PADIM, label, side, weights);
  }

  private static CandidateLatency marked(double p99, boolean busy, boolean cutShort, int of) {
    CandidateLatency one = MadeRows.latency(p99);
    return new CandidateLatency(
        one.settings(), one.fastest(), p99 / 2, p99, p99, of, busy, cutShort, null);
  }

  /** Does the phase as a process of its own does. */
  private Latencies run(Candidate... candidates) throws IOException {
    Dataset dataset =
        new Dataset("steel", List.of(Sample.good(Path.of("a.png"))), List.of(), List.of());
    TuneRequest request =
        MadeSearch.request(
            dataset, List.of(candidates), TAKT, budgetSeconds, threads, folder.resolve("tuned"));
    TuneLedger ledger = TuneLedger.open(request.output(), Map.of());
    TuneBudget budget = new TuneBudget(budgetSeconds, ledger.steps());
    LaterFailure unwritten = new LaterFailure();
    calls.clear();
    said.clear();
    try (TuneSteps steps = new TuneSteps(budget, () -> ledger.write(request.output()), unwritten)) {
      Latencies latencies =
          new LatencyPhase(
                  request,
                  new TuneConditions(request, MadeSearch.MACHINE, instructions),
                  ledger,
                  budget,
                  steps,
                  said::add,
                  Exception::getMessage)
              .measured(this::measure, IMAGES);
      unwritten.throwIfAny();
      return latencies;
    }
  }

  private CandidateLatency measure(Candidate candidate, double taktMillis, Deadline end)
      throws IOException {
    calls.add(candidate.label());
    CandidateLatency latency = measured.get(candidate.label());
    if (latency == null) {
      throw new IOException("no such engine");
    }
    return latency;
  }

  private String said() {
    return String.join("\n", said);
  }

  @Test
  void whatIsMeasuredIsKept() throws IOException {
    measured.put("a", MadeRows.latency(20));
    measured.put("b", MadeRows.far(400));
    Latencies first = run(padim("a", 32), padim("b", 64));
    assertEquals(List.of("a", "b"), calls);
    assertEquals(List.of("a"), first.within().stream().map(Candidate::label).toList());
    Latencies second = run(padim("a", 32), padim("b", 64));
    assertEquals(List.of(), calls);
    assertEquals(List.of(), said);
    assertEquals(first.known(), second.known());
  }

  @Test
  void whatABusyMachineMeasuredIsMeasuredAgain() throws IOException {
    measured.put("a", marked(90, true, false, 120));
    Latencies busy = run(padim("a", 32));
    assertTrue(busy.known().get(busy.within().get(0)).busy());
    measured.put("a", MadeRows.latency(20));
    Latencies quiet = run(padim("a", 32));
    assertEquals(List.of("a"), calls);
    assertTrue(said().contains("a (again: the machine was busy)"), said());
    assertEquals(20, quiet.of(quiet.within().get(0)).p99());
    run(padim("a", 32));
    assertEquals(List.of(), calls);
  }

  @Test
  void withoutTimeABusyLatencyIsKept() throws IOException {
    measured.put("a", marked(40, true, false, 120));
    run(padim("a", 32));
    budgetSeconds = 1e-9;
    Latencies kept = run(padim("a", 32));
    assertEquals(List.of(), calls);
    assertEquals(1, kept.within().size());
  }

  @Test
  void whatFailedIsTriedAgainAndBothAreNamed() throws IOException {
    Latencies failed = run(padim("a", 32));
    assertEquals("failed: a: no such engine", said.get(1));
    assertEquals("failed: no such engine", failed.outside().values().iterator().next());
    measured.put("a", MadeRows.latency(20));
    Latencies again = run(padim("a", 32));
    assertEquals(1, said.size());
    assertTrue(said().contains("a (again: it failed: no such engine)"), said());
    assertEquals(1, again.within().size());
  }

  @Test
  void whatTheBudgetCutShortStatesItsInspectionsAndIsMeasuredAgain() throws IOException {
    measured.put("a", marked(40, false, true, 37));
    measured.put("b", CandidateLatency.cutShort(List.of(), false));
    Latencies cut = run(padim("a", 32), padim("b", 64));
    assertEquals(List.of("a"), cut.within().stream().map(Candidate::label).toList());
    assertEquals(
        "the budget ran out after 0 inspections", cut.outside().values().iterator().next());
    measured.put("a", MadeRows.latency(20));
    measured.put("b", MadeRows.latency(30));
    assertEquals(2, run(padim("a", 32), padim("b", 64)).within().size());
    assertTrue(said().contains("a (again: the budget ended it after 37 inspections)"), said());
  }

  /** A label says little: all that decides the figures does. */
  @Test
  void anotherCandidateOfTheSameLabelIsMeasured() throws IOException {
    measured.put("a", MadeRows.latency(20));
    Path weights = Files.writeString(folder.resolve("weights.pth"), "one");
    run(padim("a", 32, weights));
    run(padim("a", 32, weights));
    assertEquals(List.of(), calls);
    run(padim("a", 48, weights));
    assertEquals(List.of("a"), calls, "another configuration");
    assertTrue(said().contains("(again: model.preprocessing.height was 32, is 48)"), said());
    Files.writeString(weights, "two");
    run(padim("a", 48, weights));
    assertEquals(List.of("a"), calls, "other weights in a file of the same name");
    threads = List.of(1, 2);
    run(padim("a", 48, weights));
    assertEquals(List.of("a"), calls, "other threads");
    instructions = InstructionSet.BASELINE;
    run(padim("a", 48, weights));
    assertEquals(List.of("a"), calls, "another instruction set");
    run(padim("a", 48, weights));
    assertEquals(List.of(), calls);
    threads = List.of(1);
    instructions = InstructionSet.BEST;
    Files.writeString(weights, "one");
    run(padim("a", 32, weights));
    assertEquals(List.of(), calls, "the first one is still known");
  }

  /** The budget runs out while the first ones are trained: those are to be the ones of use. */
  @Test
  void whatKeepsTheTaktIsTrainedFirst() throws IOException {
    measured.put("late", MadeRows.latency(60));
    measured.put("a", MadeRows.latency(40));
    measured.put("b", MadeRows.latency(20));
    Latencies latencies = run(padim("late", 32), padim("a", 64), padim("b", 96));
    assertEquals(
        List.of("a", "b", "late"), latencies.within().stream().map(Candidate::label).toList());
    assertTrue(latencies.noneKeeps(10) && !latencies.noneKeeps(20));
  }

  @Test
  void noMeasurementBeginsOnceHalfOfTheBudgetIsSpent() throws IOException {
    measured.put("a", MadeRows.latency(20));
    budgetSeconds = 1e-9;
    run(padim("a", 32), padim("b", 64));
    assertEquals(List.of("a"), calls);
  }
}
