package dev.flowline.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flowline.calibration.CalibrationImage;
import dev.flowline.calibration.CalibrationPlan;
import dev.flowline.calibration.Calibrator;
import dev.flowline.calibration.CrossFitted;
import dev.flowline.calibration.CrossFitting;
import dev.flowline.calibration.GoodImages;
import dev.flowline.calibration.RegionMaxima;
import dev.flowline.data.Dataset;
import dev.flowline.data.Folds;
import dev.flowline.data.Layout;
import dev.flowline.data.Sample;
import dev.flowline.data.Split;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.io.Preprocessing;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.FastFlow;
import dev.flowline.model.FittedMethod;
import dev.flowline.model.Method;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.Padim;
import dev.flowline.model.TestFeatures;
import dev.flowline.model.TrainableModel;
import dev.flowline.model.UFlow;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.NumberOfTests;
import dev.flowline.segmentation.PfaBound;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The study of few good images: cross-fitting beside splits of the same n images of a real data
 * set. It draws n good images of all there are, again and again, and judges others with what was
 * trained of them. It goes on where it stopped: one line of JSON for each draw and way.
 *
 * <p>Arguments: root, category, model (padim, fastflow or u-flow), extractor, weights or -, input
 * size, numbers of images, draws, epochs, ways (a number of folds, n to leave one out, split, hand,
 * or folds+copies to learn from shifted copies too), draws that measure CV+ too, file of results.
 */
public final class FewImagesStudy {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_TEST_GOOD = 60;
  private static final int MOST_DEFECTIVE = 40;
  private static final SegmentationOptions WANTED =
      new SegmentationOptions(PfaBound.CHERNOFF, NumberOfTests.BY_SIZE, 0);

  private final Dataset dataset;
  private final ModelConfig config;
  private final List<Path> weights;
  private final TrainingConfig training;
  private final Path results;
  private final Path scratch = Files.createTempDirectory("few-images");
  private final Set<String> done = new HashSet<>();
  private final String name;
  private final int drawsOfCvPlus; // which takes K models for each test image
  private final Extraction shared; // null if the extractor learns from the images
  private final Map<Sample, Tensor> inputs = new HashMap<>();
  private List<List<RelativeMaxima>> fitted; // of good and defective, by the model of this draw

  private FewImagesStudy(
      Dataset dataset,
      ModelConfig config,
      List<Path> weights,
      TrainingConfig training,
      Path results,
      String name,
      int drawsOfCvPlus)
      throws IOException {
    this.dataset = dataset;
    this.config = config;
    this.weights = weights;
    this.training = training;
    this.results = results;
    this.name = name;
    this.drawsOfCvPlus = drawsOfCvPlus;
    if (Files.exists(results)) {
      for (String line : Files.readAllLines(results)) {
        done.add(JSON.readTree(line).path("key").asText());
      }
    }
    List<Sample> all = Stream.concat(dataset.train().stream(), dataset.test().stream()).toList();
    boolean learns = config.extractor().create().learner().isPresent();
    if (learns) {
      shared = null;
      int[] next = new int[1];
      Extraction.oneByOne(
          Extraction.batches(all, config.preprocessing()),
          image -> {
            Tensor kept = image.clone();
            kept.retainReference();
            inputs.put(all.get(next[0]++), kept);
          });
    } else {
      shared = extraction(all, List.of());
    }
  }

  /** Runs the study. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("table")) {
      FewImagesTable.print(Path.of(args[1]), JSON);
      return;
    }
    int size = Integer.parseInt(args[5]);
    int epochs = Integer.parseInt(args[8]);
    ModelKind kind = ModelKind.of(args[2]);
    Method method =
        switch (kind) {
          case PADIM -> new Padim(40, 0.01, 4);
          case FASTFLOW -> (FastFlow) kind.facts().settings();
          default -> UFlow.DEFAULT;
        };
    ModelConfig config =
        new ModelConfig(
            kind,
            args[1],
            ExtractorConfig.of(Backbone.named(args[3])),
            Preprocessing.imageNet(size, size),
            method,
            1,
            WANTED);
    TrainingConfig training =
        kind == ModelKind.PADIM
            ? TrainingConfig.fitted(1)
            : TrainingConfig.of(epochs, 8, kind == ModelKind.FASTFLOW ? 1e-3 : 2e-3, 1)
                .withPatience(5)
                .withCheckpointEvery(1000);
    FewImagesStudy study =
        new FewImagesStudy(
            Layout.MVTEC.read(Path.of(args[0]), args[1]),
            config,
            args[4].equals("-") ? List.of() : List.of(Path.of(args[4])),
            training,
            Path.of(args[11]),
            String.join("/", args[1], args[2], args[3], args[5]),
            Integer.parseInt(args[10]));
    for (int draw = 0; draw < Integer.parseInt(args[7]); draw++) {
      for (String n : args[6].split(",")) {
        study.draw(Integer.parseInt(n), draw, List.of(args[9].split(",")));
      }
    }
  }

  private Extraction extraction(List<Sample> samples, List<Sample> learn) throws IOException {
    return Extraction.of(
        config.extractor(),
        config.preprocessing(),
        Extraction.weights(
            config.extractor(), config.preprocessing(), weights, learn, config.seed()),
        samples,
        1L << 31,
        scratch(),
        Device.CPU,
        (ready, of) -> {});
  }

  private Path scratch() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** One draw of n good images; the others are there to be judged. */
  private void draw(int n, int draw, List<String> ways) throws IOException {
    List<Sample> pool =
        new ArrayList<>(
            Stream.concat(dataset.train().stream(), dataset.test().stream())
                .filter(Sample::isGood)
                .toList());
    Collections.shuffle(pool, new Random(1000L * n + draw));
    List<Sample> few = pool.subList(0, n);
    List<Sample> good = pool.subList(n, Math.min(pool.size(), n + MOST_TEST_GOOD));
    List<Sample> defective =
        new ArrayList<>(dataset.test().stream().filter(s -> !s.isGood()).toList());
    Collections.shuffle(defective, new Random(draw));
    defective.subList(Math.min(defective.size(), MOST_DEFECTIVE), defective.size()).clear();
    fitted = null;
    for (String way : ways) {
      if (way.equals("split")) {
        split(way, n, draw, 0.15, 0.15, few, good, defective);
      } else if (way.equals("hand")) {
        if (n >= 20) {
          split(
              way,
              n,
              draw,
              Math.max(0.2, 10.5 / n),
              Math.min(0.45, 19.5 / n),
              few,
              good,
              defective);
        }
      } else if (way.contains("+")) {
        String[] numbers = way.split("\\+");
        augmented(
            way,
            n,
            draw,
            Integer.parseInt(numbers[0]),
            Integer.parseInt(numbers[1]),
            few,
            good,
            defective);
      } else {
        int count = way.equals("n") ? n : Integer.parseInt(way);
        if (count <= n) {
          crossFitted(n, draw, count, few, good, defective);
        }
      }
    }
  }

  private void split(
      String way,
      int n,
      int draw,
      double validation,
      double calibration,
      List<Sample> few,
      List<Sample> good,
      List<Sample> defective)
      throws IOException {
    String key = "%s/%s/%s/%s".formatted(name, n, draw, way);
    if (!done.add(key)) {
      return;
    }
    long start = System.nanoTime();
    Split split = Split.of(few, validation, calibration, draw);
    CalibrationPlan plan =
        new CalibrationPlan(NullHypothesis.CALIBRATED, 0, CalibrationPlan.USUAL_RATE);
    Extraction plain = shared != null ? shared : extraction(few, split.fit());
    AnomalyModel model = AnomalyModel.create(config, plain.weights());
    try (TrainableModel learning = new TrainableModel(model)) {
      FeatureCache fit = plain.of(split.fit());
      FeatureCache law = plain.of(split.validation());
      FeatureCache threshold = plain.of(split.calibration());
      ModelConfig.TrainingFacts facts =
          Learner.of(
                  learning,
                  training,
                  new TrainingSet(fit),
                  new HeldOutSet(law),
                  Negatives.NONE,
                  CheckpointFile.NONE,
                  TrainingListener.SILENT)
              .run(false);
      ModelConfig made =
          HeldOutCalibration.of(
              config.withTraining(facts),
              plan,
              model,
              new HeldOutSet(law),
              new HeldOutSet(threshold),
              List.of());
      ObjectNode line = line(key, n, draw, way);
      line.put("learned", split.fit().size());
      line.put("law", split.validation().size());
      line.set(
          "calibration",
          JSON.valueToTree(
              made.calibration().images().stream().map(CalibrationImage::minLog10Nfa).toList()));
      judged(line, model, made.segmentation(), good, defective);
      write(line.put("seconds", (System.nanoTime() - start) / 1e9));
    }
    if (shared == null) {
      plain.close();
    }
  }

  private void crossFitted(
      int n, int draw, int count, List<Sample> few, List<Sample> good, List<Sample> defective)
      throws IOException {
    String way = "folds" + count;
    String key = "%s/%s/%s/%s".formatted(name, n, draw, way);
    if (!done.add(key)) {
      return;
    }
    long start = System.nanoTime();
    CalibrationPlan plan =
        new CalibrationPlan(NullHypothesis.CALIBRATED, 0, CalibrationPlan.USUAL_RATE)
            .crossFitted(new CrossFitting(count));
    TrainingRequest request =
        new TrainingRequest(
            config,
            plan,
            new Dataset(dataset.category(), few, List.of(), List.of()),
            weights,
            0,
            training,
            1L << 30,
            scratch.resolve("model.flowline"),
            false);
    Folds folds = Folds.of(few, count, draw);
    Extraction plain = shared != null ? shared : extraction(few, few);
    AnomalyModel model = AnomalyModel.create(config, plain.weights());
    Calibrator calibrator = new Calibrator(Device.CPU);
    List<List<RelativeMaxima>> foldMaxima =
        new ArrayList<>(); // of the test images, by each fold's model
    List<Sample> tests = Stream.concat(good.stream(), defective.stream()).toList();
    try (TrainableModel learning = new TrainableModel(model);
        FoldModels models =
            new FoldModels(
                request, few, folds, plain, Device.CPU, scratch(), TrainingListener.SILENT);
        OutOfFold out =
            models.outOfFold(
                learning,
                Collections.nCopies(count, CheckpointFile.NONE),
                false,
                (fold, held) -> {
                  if (draw >= drawsOfCvPlus) {
                    return;
                  }
                  foldMaxima.add(calibrator.maxima(WANTED, images(held, tests)).byImage());
                })) {
      CrossFitted test = out.test(WANTED, plan, Device.CPU);
      FinalTraining last =
          out.chosen() == null
              ? new FinalTraining(training, training.epochs())
              : FinalTraining.of(config.settings(), training, out.chosen().epoch(), folds);
      Learner.of(
              learning,
              last.config(),
              last.lastEpoch(),
              new TrainingSet(plain.of(few)),
              new HeldOutSet(FeatureCache.EMPTY),
              Negatives.NONE,
              CheckpointFile.NONE,
              TrainingListener.SILENT)
          .run(false);
      ObjectNode line = line(key, n, draw, way);
      line.put("learned", n);
      line.put("law", n);
      line.put("epochs", last.lastEpoch());
      List<Double> own = test.images().stream().map(CalibrationImage::minLog10Nfa).toList();
      line.set("calibration", JSON.valueToTree(own));
      if (config.settings() instanceof FittedMethod) { // the same model, however many the folds
        if (fitted == null) {
          fitted = List.of(maxima(model, good), maxima(model, defective));
        }
        judged(line, model, test.test(), fitted.get(0), good, true);
        judged(line, model, test.test(), fitted.get(1), defective, false);
      } else {
        judged(line, model, test.test(), good, defective);
      }
      if (draw < drawsOfCvPlus) {
        cvPlus(line, calibrator, out, folds, own, foldMaxima, good.size());
      }
      write(line.put("seconds", (System.nanoTime() - start) / 1e9));
    }
    if (shared == null) {
      plain.close();
    }
  }

  /**
   * Cross-fitting whose models learn from shifted copies of the images too, a fixed number of
   * updates; what is held out is as it is.
   */
  private void augmented(
      String way,
      int n,
      int draw,
      int count,
      int copies,
      List<Sample> few,
      List<Sample> good,
      List<Sample> defective)
      throws IOException {
    String key = "%s/%s/%s/%s".formatted(name, n, draw, way);
    if (!done.add(key)) {
      return;
    }
    long start = System.nanoTime();
    CalibrationPlan plan =
        new CalibrationPlan(NullHypothesis.CALIBRATED, 0, CalibrationPlan.USUAL_RATE);
    Folds folds = Folds.of(few, count, draw);
    AnomalyModel model = AnomalyModel.create(config, shared.weights());
    try (TrainableModel learning = new TrainableModel(model);
        FeatureCache rows = withCopies(model, few, copies);
        FeatureCache latents = new FeatureCache(latentShapes(model), 1L << 30, scratch())) {
      var initial = learning.learnedState();
      for (List<Integer> held : folds.held()) {
        int[] seen = IntStream.range(0, n).filter(i -> !held.contains(i)).toArray();
        learning.load(initial);
        learn(learning, rows(rows, seen, copies), copies);
        OutOfFold.add(
            latents, model, new HeldOutSet(shared.of(held.stream().map(few::get).toList())));
      }
      learning.load(initial);
      OutOfFold out =
          new OutOfFold(
              few, folds, latents, Collections.nCopies(n, shared.input(few.get(0))), null);
      CrossFitted test = out.test(WANTED, plan, Device.CPU);
      learn(learning, rows(rows, IntStream.range(0, n).toArray(), copies), copies);
      ObjectNode line = line(key, n, draw, way);
      List<Double> own = test.images().stream().map(CalibrationImage::minLog10Nfa).toList();
      line.set("calibration", JSON.valueToTree(own));
      judged(line, model, test.test(), good, defective);
      write(line.put("seconds", (System.nanoTime() - start) / 1e9));
    }
  }

  /** Extracts each image, followed by its copies. */
  private FeatureCache withCopies(AnomalyModel model, List<Sample> few, int copies)
      throws IOException {
    ShiftedCopies shifted =
        new ShiftedCopies(copies, config.seed(), config.preprocessing(), Set.copyOf(few));
    FeatureCache rows = new FeatureCache(model.testShapes(), 1L << 31, scratch());
    Extraction.oneByOne(
        Extraction.batches(few, config.preprocessing()),
        image -> {
          rows.add(model.testFeatures(image).byScale());
          for (int copy = 0; copy < copies; copy++) {
            rows.add(model.testFeatures(shifted.copy(image, copy)).byScale());
          }
        });
    return rows;
  }

  /** Returns the rows of some images with their copies. */
  private static FeatureCache rows(FeatureCache all, int[] images, int copies) {
    return all.of(
        IntStream.of(images)
            .flatMap(i -> IntStream.rangeClosed(i * (1 + copies), i * (1 + copies) + copies))
            .toArray());
  }

  private void learn(TrainableModel learning, FeatureCache rows, int copies) throws IOException {
    Learner.of(
            learning,
            training,
            Math.max(1, training.epochs() / (1 + copies)),
            new TrainingSet(rows),
            new HeldOutSet(FeatureCache.EMPTY),
            Negatives.NONE,
            CheckpointFile.NONE,
            TrainingListener.SILENT)
        .run(false);
  }

  private static List<long[]> latentShapes(AnomalyModel model) {
    return model.shapes().latents().stream().map(s -> new long[] {s[1], s[2], s[3]}).toList();
  }

  /** By all fold models: how many calibration images are as extreme (CV+), and the mean. */
  private void cvPlus(
      ObjectNode line,
      Calibrator calibrator,
      OutOfFold out,
      Folds folds,
      List<Double> own,
      List<List<RelativeMaxima>> foldMaxima,
      int good)
      throws IOException {
    RegionMaxima ofAll = calibrator.maxima(WANTED, out.goodImages(Device.CPU));
    int tests = foldMaxima.get(0).size();
    int[] asExtreme = new int[tests];
    double[] mean = new double[tests];
    for (int fold = 0; fold < folds.count(); fold++) {
      RegionLaw law = ofAll.measured(WANTED, folds.outside(fold)).law();
      for (int image = 0; image < tests; image++) {
        double least = least(law, foldMaxima.get(fold).get(image));
        mean[image] += least / folds.count();
        for (int held : folds.held().get(fold)) {
          asExtreme[image] += own.get(held) <= least ? 1 : 0;
        }
      }
    }
    line.set("goodCount", JSON.valueToTree(Arrays.copyOf(asExtreme, good)));
    line.set("defectiveCount", JSON.valueToTree(Arrays.copyOfRange(asExtreme, good, tests)));
    line.set("goodMean", JSON.valueToTree(Arrays.copyOf(mean, good)));
    line.set("defectiveMean", JSON.valueToTree(Arrays.copyOfRange(mean, good, tests)));
  }

  private void judged(
      ObjectNode line,
      AnomalyModel model,
      SegmentationOptions test,
      List<Sample> good,
      List<Sample> defective)
      throws IOException {
    judged(line, model, test, maxima(model, good), good, true);
    judged(line, model, test, maxima(model, defective), defective, false);
  }

  private void judged(
      ObjectNode line,
      AnomalyModel model,
      SegmentationOptions test,
      List<RelativeMaxima> maxima,
      List<Sample> samples,
      boolean good)
      throws IOException {
    List<Double> statistics =
        test.law() != null
            ? maxima.stream().map(m -> least(test.law(), m)).toList()
            : new Calibrator(Device.CPU)
                .statistics(test, images(model, samples)).stream()
                    .map(CalibrationImage::minLog10Nfa)
                    .toList();
    String which = good ? "good" : "defective";
    line.set(which, JSON.valueToTree(statistics));
    line.set(which + "Max", JSON.valueToTree(maxima.stream().map(m -> maximum(m)).toList()));
  }

  private List<RelativeMaxima> maxima(AnomalyModel model, List<Sample> samples) throws IOException {
    return new Calibrator(Device.CPU).maxima(WANTED, images(model, samples)).byImage();
  }

  /** The least log10NFA of an image, of maxima alone: a law never rises along the classes. */
  private static double least(RegionLaw law, RelativeMaxima maxima) {
    double least = law.log10NfaOfBaseline(maxima.baseline());
    float[] levels = law.levelsOf(maxima);
    for (int k = 0; k < law.classes(); k++) {
      least = Math.min(least, law.log10Pfa(k, levels[k]) + law.log10Tests());
    }
    return least;
  }

  /** The highest level of the map as it is. */
  private static double maximum(RelativeMaxima maxima) {
    return 1 - (1 - maxima.levels()[0]) * 2.0 * maxima.baseline();
  }

  private GoodImages images(AnomalyModel model, List<Sample> samples) {
    return new GoodImages() {
      @Override
      public int count() {
        return samples.size();
      }

      @Override
      public void read(int image, Reader reader) throws IOException {
        Sample sample = samples.get(image);
        try (TensorScope scope = TensorScope.open();
            NoGradGuard constant = new NoGradGuard()) {
          TestFeatures features =
              shared == null
                  ? model.testFeatures(inputs.get(sample))
                  : new TestFeatures(shared.of(sample));
          reader.read(AnomalyModel.views(model.testLatents(features)), null);
        }
      }
    };
  }

  private ObjectNode line(String key, int n, int draw, String way) {
    ObjectNode line = JSON.createObjectNode();
    return line.put("key", key).put("name", name).put("n", n).put("draw", draw).put("way", way);
  }

  private void write(JsonNode line) throws IOException {
    Files.writeString(results, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    System.err.println(line.path("key").asText() + " " + line.path("seconds").asText());
  }
}
