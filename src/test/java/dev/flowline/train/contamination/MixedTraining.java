package dev.flowline.train.contamination;

import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.SuspectRule;
import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.engine.Encoding;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.line.Inspection;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.metrics.Auroc;
import dev.flowline.model.ModelConfig;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import dev.flowline.train.Extraction;
import dev.flowline.train.Screening;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingListener;
import dev.flowline.train.TrainingRequest;
import dev.flowline.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** The trainings with one mixture of good and defective images. */
record MixedTraining(
    String name,
    Contamination.Mixture mixture,
    List<Sample> testGood,
    Extraction features,
    Results results,
    Function<List<Sample>, Setting> setting) {
  /** What a training takes besides its output. */
  record Setting(
      ModelConfig config,
      TrainingConfig how,
      CalibrationPlan plan,
      List<Path> weights,
      List<Sample> samples) {}

  void measure() throws IOException {
    String key = "%s %s ".formatted(name, mixture.share());
    train("%s clean %s".formatted(name, mixture.good().size()), mixture.good());
    if (mixture.planted().isEmpty()) {
      return;
    }
    Results.Outcome nothing = train(key + "nothing", mixture.mixed());
    List<Double> statistics = DoubleStream.of(nothing.statistics()).boxed().toList();
    train(key + "excluded", without(SuspectRule.UNKNOWN, statistics));
    train(key + "contamination", without(new SuspectRule(mixture.share()), statistics));
  }

  /** Returns the images without the suspects. */
  private List<Sample> without(SuspectRule rule, List<Double> statistics) {
    List<Sample> left = new ArrayList<>(mixture.mixed());
    left.removeAll(
        rule.among(SuspectRule.assessed(statistics)).stream()
            .map(suspect -> mixture.mixed().get(suspect.image()))
            .toList());
    return left;
  }

  private Results.Outcome train(String key, List<Sample> samples) throws IOException {
    if (results.of(key).isPresent()) {
      return results.of(key).get();
    }
    Setting setting = this.setting.apply(samples);
    long start = System.nanoTime();
    Path output =
        results.folder().resolve("contamination-" + ProcessHandle.current().pid() + ".flowline");
    Files.deleteIfExists(output);
    Dataset dataset = new Dataset(setting.config.category(), setting.samples, List.of(), List.of());
    TrainingRequest request =
        new TrainingRequest(
            setting.config,
            setting.plan,
            dataset,
            setting.weights,
            0,
            setting.how,
            4L << 30,
            output,
            false);
    Screening[] screened = new Screening[1];
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void screened(Screening screening) {
            screened[0] = screening;
          }
        };
    new TrainingRun(request, (done, of) -> {}).fromFeatures(features, Device.CPU, listener);
    try (Inspector inspector = Inspector.open(output)) {
      Results.Outcome outcome = outcome(key, screened[0], inspector, setting, start);
      System.out.printf(
          "%s: %s images, %s planted, rank %s, AUROC %.4f (score %.4f), false alarms %.3f, found"
              + " %.3f, %.0f s%n",
          key,
          outcome.images(),
          outcome.planted(),
          outcome.rankAuroc(),
          outcome.imageAuroc(),
          outcome.scoreAuroc(),
          outcome.falseAlarms(),
          outcome.found(),
          outcome.seconds());
      return results.add(outcome);
    }
  }

  private Results.Outcome outcome(
      String key, Screening screened, Inspector inspector, Setting setting, long start)
      throws IOException {
    Set<Sample> planted = new HashSet<>(mixture.planted());
    double[] statistics = new double[screened.images().size()];
    boolean[] isPlanted = new boolean[statistics.length];
    String[] names = new String[statistics.length];
    int count = 0;
    for (int i = 0; i < statistics.length; i++) {
      Sample sample = screened.images().get(i);
      statistics[i] = screened.statistics().get(i).minLog10Nfa();
      isPlanted[i] = planted.contains(sample);
      names[i] = (isPlanted[i] ? "planted " : "") + sample.image().getFileName();
      count += isPlanted[i] ? 1 : 0;
    }
    double[] strange = DoubleStream.of(statistics).map(s -> -s).toArray();
    List<Inspection> good = inspected(inspector, setting, testGood);
    List<Inspection> defective = inspected(inspector, setting, mixture.others());
    return new Results.Outcome(
        key,
        statistics.length,
        count,
        count == 0 ? null : Auroc.of(strange, isPlanted).value(),
        statistics,
        names,
        auroc(good, defective, inspection -> -inspection.statistic().value()),
        auroc(good, defective, Inspection::anomalyScore),
        alarmed(good),
        alarmed(defective),
        inspector.test().log10Epsilon(),
        statistics(good),
        statistics(defective),
        testGood.stream()
            .map(sample -> sample.image().getFileName().toString())
            .toArray(String[]::new),
        (System.nanoTime() - start) / 1e9);
  }

  private List<Inspection> inspected(Inspector inspector, Setting setting, List<Sample> samples) {
    List<Inspection> inspections = new ArrayList<>();
    for (Sample sample : samples) {
      try (TensorScope scope = TensorScope.open();
          Encoding encoding = TorchEncoder.encodeFeatures(inspector.model(), features.of(sample))) {
        inspections.add(
            inspector
                .judge(
                    encoding,
                    setting.config.preprocessing().height(),
                    setting.config.preprocessing().width(),
                    InspectionRequest.DEFAULT,
                    features.input(sample))
                .inspection());
      }
    }
    return inspections;
  }

  private static double[] statistics(List<Inspection> inspections) {
    return inspections.stream().mapToDouble(inspection -> inspection.statistic().value()).toArray();
  }

  private static double alarmed(List<Inspection> inspections) {
    return inspections.stream().filter(i -> i.verdict() == Verdict.DEFECT).count()
        / (double) inspections.size();
  }

  private static double auroc(
      List<Inspection> good, List<Inspection> defective, Function<Inspection, Double> score) {
    List<Inspection> all = new ArrayList<>(good);
    all.addAll(defective);
    double[] scores = all.stream().mapToDouble(score::apply).toArray();
    boolean[] positive = new boolean[scores.length];
    for (int i = good.size(); i < positive.length; i++) {
      positive[i] = true;
    }
    return Auroc.of(scores, positive).value();
  }
}
