package dev.flowline.tune;

import dev.flowline.data.Sample;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.LaterFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The first phase of a tuning: the latency of each candidate, by which those that miss the takt by
 * far are dropped before any training. Of a model and extractor whose smaller input misses it by
 * far, the larger ones are not measured.
 */
final class LatencyPhase {
  private static final int MOST_IMAGES = 4;
  private static final double MOST_OF_BUDGET = 0.5;

  private final TuneRequest request;
  private final List<Sample> test;
  private final TuneLedger ledger;
  private final TuneBudget budget;
  private final Consumer<String> says;
  private final LaterFailure unwritten;
  private final Map<Candidate, String> outside = new LinkedHashMap<>();
  private double secondsToRead;

  /**
   * Prepares the phase.
   *
   * @param test images, some of which are inspected
   * @param ledger takes what is measured, and how long that took
   * @param says receives what begins, in a line
   * @param unwritten takes the failure to write the ledger
   */
  LatencyPhase(
      TuneRequest request,
      List<Sample> test,
      TuneLedger ledger,
      TuneBudget budget,
      Consumer<String> says,
      LaterFailure unwritten) {
    this.request = request;
    this.test = test;
    this.ledger = ledger;
    this.budget = budget;
    this.says = says;
    this.unwritten = unwritten;
  }

  /** Returns why candidates are not to be trained. */
  Map<Candidate, String> outside() {
    return outside;
  }

  /** Returns how long it takes to read an image. */
  double secondsToRead() {
    return secondsToRead;
  }

  /** Measures what is not measured yet, and returns the candidates to be trained. */
  List<Candidate> within() throws IOException {
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
      if (latency == null || !latency.decides(request.taktMillis())) {
        if (!budget.allows(expectedLatency())
            || spent() > MOST_OF_BUDGET * request.budgetSeconds()) {
          outside.put(candidate, TuneNotes.BUDGET);
          continue;
        }
        says.accept(
            "latency %s of %s: %s; %s of the budget left"
                .formatted(
                    number,
                    bySize.size(),
                    candidate.label(),
                    TuneNotes.time(Math.max(0, budget.left()))));
        latency = latency(study, candidate);
      }
      judge(candidate, latency, far);
    }
    return request.candidates().stream().filter(each -> !outside.containsKey(each)).toList();
  }

  /** Decides by its latency whether a candidate is trained. */
  private void judge(Candidate candidate, CandidateLatency latency, Map<Object, Candidate> far) {
    if (latency.failure() != null) {
      outside.put(candidate, "failed: " + latency.failure());
    } else if (latency.missesByFar(request.taktMillis())) {
      outside.put(candidate, "misses the takt by far");
      far.put(candidate.family(), candidate);
    }
  }

  private CandidateLatency latency(LatencyStudy study, Candidate candidate) {
    long start = System.nanoTime();
    CandidateLatency latency;
    try {
      latency = study.of(candidate, request.taktMillis());
    } catch (RuntimeException | IOException e) {
      latency = CandidateLatency.failed(String.valueOf(e.getMessage()));
      says.accept("failed: %s: %s".formatted(candidate.label(), latency.failure()));
    }
    ledger.latencies().put(candidate.label(), latency);
    budget.spend(step(candidate.label()), (System.nanoTime() - start) / 1e9);
    unwritten.tried(() -> ledger.write(request.output()));
    return latency;
  }

  private static String step(String label) {
    return "latency of " + label;
  }

  private double spent() {
    return ledger.latencies().keySet().stream()
        .mapToDouble(label -> ledger.seconds().getOrDefault(step(label), 0.0))
        .sum();
  }

  /** Returns how long a measurement took so far, on average. */
  private double expectedLatency() {
    return spent() / Math.max(1, ledger.latencies().size());
  }

  /** Reads some test images, spread over all. */
  private List<Image> images() throws IOException {
    int count = Math.min(MOST_IMAGES, test.size());
    List<Image> images = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      images.add(Images.read(test.get((int) ((long) i * test.size() / count)).image()));
    }
    secondsToRead = (System.nanoTime() - start) / 1e9 / count;
    return images;
  }
}
