package dev.flowline.compare;

import dev.flowline.data.Dataset;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.ModelConfig;
import dev.flowline.train.TrainingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The plan of a comparison: all its runs.
 *
 * @param title of the page
 * @param empty the comparison before its first run
 * @param runs category by category; in it extractor by extractor, so that features can stay, then
 *     seed by seed
 */
public record ComparisonPlan(
    ComparisonRequest request, String title, Comparison empty, List<PlannedRun> runs) {
  private record Features(ExtractorConfig extractor, Preprocessing preprocessing) {
    static Features of(PlannedModel model) {
      return new Features(model.base().extractor(), model.base().preprocessing());
    }
  }

  /**
   * Plans the runs.
   *
   * @throws IllegalArgumentException naming the folder and the difference, if a run was made or
   *     begun there with other settings; nothing of it is lost, or taken for a result of these
   * @throws IOException naming the file, if what is there cannot be read
   */
  public static ComparisonPlan of(ComparisonRequest request) throws IOException {
    List<ComparedModel> compared =
        request.models().stream().map(model -> model.compared(request.categories())).toList();
    Set<Features> extractors = new LinkedHashSet<>();
    request.models().forEach(model -> extractors.add(Features.of(model)));
    List<PlannedRun> runs = new ArrayList<>();
    WeightDigests digests = new WeightDigests();
    for (Dataset whole : request.datasets()) {
      for (Features features : extractors) {
        for (long seed : request.seeds()) {
          Dataset dataset = request.resplit() ? whole.resplit(seed) : whole;
          for (int i = 0; i < compared.size(); i++) {
            PlannedModel model = request.models().get(i);
            if (Features.of(model).equals(features)) {
              runs.add(run(request, dataset, model, compared.get(i), seed, digests));
            }
          }
        }
      }
    }
    Comparison empty =
        new Comparison(
            facts(request),
            compared,
            request.categories(),
            request.seeds(),
            request.published(),
            List.of());
    String title = request.data().toAbsolutePath().normalize().getFileName().toString();
    ComparisonPlan plan = new ComparisonPlan(request, title, empty, runs);
    plan.requireSameSettings();
    return plan;
  }

  private static PlannedRun run(
      ComparisonRequest request,
      Dataset dataset,
      PlannedModel model,
      ComparedModel compared,
      long seed,
      WeightDigests digests)
      throws IOException {
    ModelConfig config = model.config(dataset.category(), seed);
    TrainingConfig training = model.training().on(dataset.category(), seed);
    return new PlannedRun(
        dataset,
        compared,
        config,
        training,
        model.weights(),
        request.validation(),
        request.calibration(),
        request.output().resolve(ComparisonPage.folder(dataset.category(), compared, seed)),
        RunSettings.of(request, dataset, config, training, digests.of(model.weights())).json());
  }

  private static Map<String, String> facts(ComparisonRequest request) {
    int train = request.datasets().stream().mapToInt(dataset -> dataset.train().size()).sum();
    int test = request.datasets().stream().mapToInt(dataset -> dataset.test().size()).sum();
    int threads = request.threads();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", "%s, layout %s".formatted(request.data(), request.layout()));
    facts.put("images", "%s good ones to train on, %s to test on".formatted(train, test));
    facts.put("seeds", request.seeds().toString().replaceAll("[\\[\\]]", ""));
    if (request.resplit()) {
      facts.put("good images", "split anew for every seed");
    }
    facts.put(
        "held out",
        "of the good training images, drawn by the seed: %s choose the epoch and measure the region law, %s set log10Epsilon"
            .formatted(request.validation(), request.calibration().share()));
    facts.put(
        "device", "%s, %s thread%s".formatted(request.device(), threads, threads == 1 ? "" : "s"));
    facts.put("flowline", request.version());
    return facts;
  }

  /** Refuses runs of other settings; a failed run may be tried with others. */
  private void requireSameSettings() throws IOException {
    for (PlannedRun run : runs) {
      RunFile there = RunFile.read(run.folder());
      if (there != null && !there.isFailed()) {
        there.requireSettings(run.settings(), run.folder());
      }
    }
  }

  /** Returns the results that are there already. */
  List<ComparedRun> finished() throws IOException {
    List<ComparedRun> finished = new ArrayList<>();
    for (PlannedRun run : runs) {
      run.finished().ifPresent(finished::add);
    }
    return finished;
  }

  /** Returns the comparison with the results so far. */
  Comparison comparison(List<ComparedRun> results) {
    return new Comparison(
        empty.facts(),
        empty.models(),
        empty.categories(),
        empty.seeds(),
        empty.published(),
        List.copyOf(results));
  }
}
