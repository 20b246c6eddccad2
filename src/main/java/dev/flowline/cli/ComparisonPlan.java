package dev.flowline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.compare.ComparedModel;
import dev.flowline.compare.ComparedRun;
import dev.flowline.compare.Comparison;
import dev.flowline.compare.ComparisonPage;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.ModelConfig;
import dev.flowline.tensor.Device;
import dev.flowline.train.TrainingConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * What a comparison is to do.
 *
 * @param title of the page
 * @param empty the comparison before its first run
 * @param runs category by category; in it extractor by extractor, so that features can stay, then
 *     seed by seed
 */
record ComparisonPlan(String title, Comparison empty, List<PlannedRun> runs) {
  private record Features(ExtractorConfig extractor, Preprocessing preprocessing) {
    static Features of(ModelConfig config) {
      return new Features(config.extractor(), config.preprocessing());
    }
  }

  static ComparisonPlan of(
      DatasetFolder data,
      List<Dataset> datasets,
      PlannedModels models,
      List<Long> seeds,
      boolean resplit,
      String published,
      Device device,
      int threads,
      Path output) {
    List<String> categories = datasets.stream().map(Dataset::category).toList();
    List<ComparedModel> compared = models.compared(categories);
    Set<Features> extractors = new LinkedHashSet<>();
    for (int i = 0; i < models.size(); i++) {
      extractors.add(Features.of(models.config(i, "", 0)));
    }
    List<PlannedRun> runs = new ArrayList<>();
    for (Dataset whole : datasets) {
      for (Features features : extractors) {
        for (long seed : seeds) {
          Dataset dataset = resplit ? whole.resplit(seed) : whole;
          for (int i = 0; i < models.size(); i++) {
            ModelConfig config = models.config(i, dataset.category(), seed);
            if (Features.of(config).equals(features)) {
              TrainingConfig training = models.training(i, dataset.category(), seed);
              runs.add(
                  new PlannedRun(
                      dataset,
                      compared.get(i),
                      config,
                      training,
                      models.weights(i),
                      models.validation(),
                      models.calibration(),
                      output.resolve(
                          ComparisonPage.folder(dataset.category(), compared.get(i), seed)),
                      settings(dataset, models, i, config, training, device, threads)));
            }
          }
        }
      }
    }
    Map<String, String> facts = facts(data, datasets, models, seeds, resplit, device, threads);
    String title = data.path().toAbsolutePath().normalize().getFileName().toString();
    return new ComparisonPlan(
        title, new Comparison(facts, compared, categories, seeds, published, List.of()), runs);
  }

  /** All that the result of a run depends on. */
  private static JsonNode settings(
      Dataset dataset,
      PlannedModels models,
      int model,
      ModelConfig config,
      TrainingConfig training,
      Device device,
      int threads) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", config);
    settings.put("calibration", models.calibration());
    settings.put("validation", models.validation());
    settings.put("epochs", training.epochs());
    settings.put("batchSize", training.batchSize());
    settings.put("adam", training.adam());
    settings.put("rate", training.rate());
    settings.put("gradientClip", training.gradientClip());
    settings.put("patience", training.patience());
    settings.put(
        "weights", models.weights(model).stream().map(f -> f.getFileName().toString()).toList());
    settings.put("trainingImages", fingerprint(dataset.train()));
    settings.put("testImages", fingerprint(dataset.test()));
    settings.put("device", device.toString());
    settings.put("threads", threads);
    settings.put("flowline", Version.ofFlowline());
    return RunFile.settings(settings);
  }

  /** How many images, and which, by their names and sizes: other data is another run. */
  private static String fingerprint(List<Sample> samples) {
    CRC32 sum = new CRC32();
    for (Sample sample : samples) {
      Path file = sample.image();
      String group = sample.group() == null ? "" : " of " + sample.group();
      String line =
          "%s %s %d%s\n".formatted(sample.defectType(), file.getFileName(), size(file), group);
      sum.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return "%d, names and sizes %08x".formatted(samples.size(), sum.getValue());
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> facts(
      DatasetFolder data,
      List<Dataset> datasets,
      PlannedModels models,
      List<Long> seeds,
      boolean resplit,
      Device device,
      int threads) {
    int train = datasets.stream().mapToInt(dataset -> dataset.train().size()).sum();
    int test = datasets.stream().mapToInt(dataset -> dataset.test().size()).sum();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("data", "%s, layout %s".formatted(data.path(), data.layout().label()));
    facts.put("images", "%d good ones to learn from, %d to test with".formatted(train, test));
    facts.put("seeds", seeds.toString().replaceAll("[\\[\\]]", ""));
    if (resplit) {
      facts.put("good images", "dealt anew with every seed");
    }
    facts.put(
        "held out",
        "of the good training images, by the seed: %s choose the epoch and measure the law, %s set log10Epsilon"
            .formatted(models.validation(), models.calibration().share()));
    facts.put("device", "%s, %d thread%s".formatted(device, threads, threads == 1 ? "" : "s"));
    facts.put("flowline", Version.ofFlowline());
    return facts;
  }

  /**
   * That nothing of other settings is lost, or taken for a result of these; a failed run may be
   * tried with others.
   *
   * @throws IllegalArgumentException naming the folder and the difference, if a run was made or
   *     begun with other settings
   */
  void requireSameSettings() throws IOException {
    for (PlannedRun run : runs) {
      RunFile there = RunFile.read(run.folder());
      if (there != null && !there.isFailed()) {
        there.requireSettings(run.settings(), run.folder());
      }
    }
  }

  /** The results that are there already. */
  List<ComparedRun> finished() throws IOException {
    List<ComparedRun> finished = new ArrayList<>();
    for (PlannedRun run : runs) {
      RunFile there = RunFile.read(run.folder());
      if (there != null && there.isFinished()) {
        finished.add(there.result());
      }
    }
    return finished;
  }

  /** With the results so far. */
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
