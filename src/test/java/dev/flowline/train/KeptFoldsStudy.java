package dev.flowline.train;

import dev.flowline.TinyLine;
import dev.flowline.calibration.BinomialInterval;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.CrossFitted;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.calibration.FoldLaws;
import dev.flowline.data.Dataset;
import dev.flowline.data.Folds;
import dev.flowline.data.Layout;
import dev.flowline.data.Sample;
import dev.flowline.engine.EncodedImages;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Preprocessing;
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
import dev.flowline.line.Verdict;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.FastFlow;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.Padim;
import dev.flowline.model.UFlow;
import dev.flowline.runtime.NativeRuntime;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The study of kept folds: what they do on real parts, with the images that {@link FewImagesStudy}
 * draws, and how long an inspection with them takes.
 *
 * <p>Arguments: root, category, size, weights of ResNet-18, numbers of images, numbers of folds,
 * draws; PaDiM of 40 channels. Or: time, weights of ResNet-18.
 */
public final class KeptFoldsStudy {
  private static final SegmentationOptions WANTED =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);
  private static final int ROUNDS = 40;

  private KeptFoldsStudy() {}

  /** Runs the study. */
  public static void main(String[] args) throws IOException {
    NativeRuntime.load();
    NativeRuntime.setThreads(1);
    if (args[0].equals("time")) {
      for (ModelKind kind : List.of(ModelKind.U_FLOW, ModelKind.FASTFLOW, ModelKind.PADIM)) {
        time(kind, Path.of(args[1]));
      }
      return;
    }
    Dataset dataset = Layout.MVTEC.read(Path.of(args[0]), args[1]);
    for (String n : args[4].split(",")) {
      for (String folds : args[5].split(",")) {
        parts(
            dataset,
            config(ModelKind.PADIM, args[1], Integer.parseInt(args[2])),
            Path.of(args[3]),
            Integer.parseInt(n),
            Integer.parseInt(folds),
            Integer.parseInt(args[6]));
      }
    }
  }

  private static ModelConfig config(ModelKind kind, String category, int size) {
    Method method =
        switch (kind) {
          case PADIM -> new Padim(40, 0.01, 4);
          case FASTFLOW -> (FastFlow) kind.facts().settings();
          default -> UFlow.DEFAULT;
        };
    return new ModelConfig(
        kind,
        category,
        ExtractorConfig.of(Backbone.named("resnet18")),
        Preprocessing.imageNet(size, size),
        method,
        1,
        WANTED);
  }

  private static void parts(
      Dataset dataset, ModelConfig config, Path weights, int n, int folds, int draws)
      throws IOException {
    List<Double> good = new ArrayList<>();
    List<Double> defective = new ArrayList<>();
    int alarms = 0;
    int found = 0;
    double aurocs = 0;
    Calibration calibration = null;
    for (int draw = 0; draw < draws; draw++) {
      List<Sample> pool =
          new ArrayList<>(
              Stream.concat(dataset.train().stream(), dataset.test().stream())
                  .filter(Sample::isGood)
                  .toList());
      Collections.shuffle(pool, new Random(1000L * n + draw));
      List<Sample> bad = new ArrayList<>(dataset.test().stream().filter(s -> !s.isGood()).toList());
      Collections.shuffle(bad, new Random(draw));
      Path file = Files.createTempDirectory("kept-folds").resolve("model.flowline");
      CalibrationPlan plan =
          new CalibrationPlan(NullHypothesis.CALIBRATED, 0, new FalseAlarmRate(0.1, null))
              .crossFitted(new CrossFitting(folds).keeping());
      TrainingRequest request =
          new TrainingRequest(
              config,
              plan,
              new Dataset(dataset.category(), pool.subList(0, n), List.of(), List.of()),
              List.of(weights),
              0,
              TrainingConfig.fitted(1),
              1L << 31,
              file,
              false);
      calibration = TrainingRun.execute(request, TrainingListener.SILENT).calibration();
      try (Inspector inspector = Inspector.open(file)) {
        List<Double> ofGood = new ArrayList<>();
        for (Sample sample : pool.subList(n, Math.min(pool.size(), n + 60))) {
          alarms += judged(inspector, sample, ofGood);
        }
        List<Double> ofDefective = new ArrayList<>();
        for (Sample sample : bad.subList(0, Math.min(bad.size(), 40))) {
          found += judged(inspector, sample, ofDefective);
        }
        aurocs += auroc(ofGood, ofDefective) / draws;
        good.addAll(ofGood);
        defective.addAll(ofDefective);
      }
      Files.delete(file);
    }
    BinomialInterval interval = BinomialInterval.of(alarms, good.size());
    System.out.printf(
        Locale.ROOT,
        "| %d | %d folds | %d | %.1f | %.1f | **%.1f** | %.1f to %.1f | %.0f | %.3f |%n",
        n,
        folds,
        draws,
        100 * calibration.guaranteed(),
        100 * calibration.proved().orElseThrow(),
        100.0 * alarms / good.size(),
        100 * interval.low(),
        100 * interval.high(),
        100.0 * found / defective.size(),
        aurocs);
  }

  private static int judged(Inspector inspector, Sample sample, List<Double> values)
      throws IOException {
    Inspection found = inspector.inspect(sample.image());
    values.add(found.statistic().value());
    return found.verdict() == Verdict.DEFECT ? 1 : 0;
  }

  private static double auroc(List<Double> good, List<Double> defective) {
    double better = 0;
    for (double bad : defective) {
      for (double fine : good) {
        better += bad < fine ? 1 : bad == fine ? 0.5 : 0;
      }
    }
    return better / good.size() / defective.size();
  }

  /** Times inspections with 1 model, 5 and 10 kept folds in turn; their weights are untrained. */
  private static void time(ModelKind kind, Path weights) throws IOException {
    ModelConfig config = config(kind, "fabric", 256);
    Path folder = Files.createTempDirectory("kept-folds");
    List<Sample> images = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Path file = folder.resolve("%03d.png".formatted(i));
      Images.writePng(file, TinyLine.good(i, 256, 256));
      images.add(Sample.good(file));
    }
    Map<Integer, Inspector> inspectors = new LinkedHashMap<>();
    Map<Integer, Long> bytes = new LinkedHashMap<>();
    for (int folds : new int[] {1, 5, 10}) {
      Path file = folder.resolve(folds + ".flowline");
      write(file, config, weights, images, folds);
      inspectors.put(folds, Inspector.open(file));
      bytes.put(folds, Files.size(file));
    }
    Map<Integer, double[]> millis = new LinkedHashMap<>();
    inspectors.keySet().forEach(folds -> millis.put(folds, new double[ROUNDS]));
    for (int round = -3; round < ROUNDS; round++) {
      Image part = TinyLine.good(500 + round, 256, 256);
      for (var entry : inspectors.entrySet()) {
        double total = entry.getValue().inspect(part).timingsMillis().total();
        if (round >= 0) {
          millis.get(entry.getKey())[round] = total;
        }
      }
    }
    inspectors.forEach(
        (folds, inspector) -> {
          double[] all = millis.get(folds);
          Arrays.sort(all);
          System.out.printf(
              Locale.ROOT,
              "| %s | %s | %.1f ms (least %.1f) | %.1f MB |%n",
              kind.id(),
              folds,
              all[ROUNDS / 2],
              all[0],
              bytes.get(folds) / 1e6);
          inspector.close();
        });
  }

  private static void write(
      Path file, ModelConfig config, Path weights, List<Sample> images, int count)
      throws IOException {
    Preprocessing preprocessing = config.preprocessing();
    var extractor =
        Extraction.weights(config.extractor(), preprocessing, List.of(weights), images, 1);
    Calibrator calibrator = new Calibrator(Device.CPU);
    try (AnomalyModel model = AnomalyModel.create(config, extractor);
        TorchEncoder encoder = new TorchEncoder(model)) {
      EncodedImages encoded = new EncodedImages(encoder, preprocessing, images, () -> {});
      FalseAlarmRate rate = new FalseAlarmRate(0.1, null);
      SegmentationOptions test = calibrator.maxima(WANTED, encoded).measured(WANTED);
      if (count == 1) {
        Calibration own = calibrator.threshold(test, rate, encoded);
        model.save(file, config.withSegmentation(test.withLog10Epsilon(own.log10Epsilon()), own));
        return;
      }
      Folds folds = Folds.of(images, count, 1);
      List<FoldLaws> laws = Collections.nCopies(count, FoldLaws.of(test));
      CrossFitted known = CrossFitted.ofKept(calibrator, WANTED, laws, folds, encoded);
      Calibration by = known.calibration(rate, new CrossFitting(count).keeping().withLaws(laws));
      List<AnomalyModel> kept =
          IntStream.range(0, count)
              .mapToObj(fold -> model.fold(test, model.parameters().store()))
              .toList();
      model.save(
          file, config.withSegmentation(test.withLog10Epsilon(by.log10Epsilon()), by), kept, null);
      kept.forEach(AnomalyModel::close);
    }
  }
}
