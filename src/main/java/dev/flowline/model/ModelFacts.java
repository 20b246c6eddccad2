package dev.flowline.model;

import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.calibration.GuardBandText;
import dev.flowline.calibration.InputRange;
import dev.flowline.calibration.InputStatistics;
import dev.flowline.extractor.FileNetwork;
import dev.flowline.io.OneLine;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The facts of a model that a person reads: names and values, in the order in which they are shown.
 */
public final class ModelFacts {
  private static final String NOT_RECORDED = "not recorded";

  private ModelFacts() {}

  /**
   * Returns all facts, each value in one line.
   *
   * @param digest of the model's file; empty for a model that was not read from one
   * @param test the statistical test that is used; the origin of its threshold is shown if it is
   *     the model's own
   */
  public static Map<String, String> of(
      ModelConfig config, Optional<String> digest, SegmentationOptions test, Cost cost) {
    Map<String, String> facts = new LinkedHashMap<>();
    String settings = MethodSettings.inWords(config.withoutPaths().settings());
    facts.put("model", config.model().title() + ", " + settings);
    facts.put("category", config.category());
    facts.put("extractor", config.extractor().name());
    facts.put("input", config.preprocessing().height() + " × " + config.preprocessing().width());
    facts.put("features", shapes(cost.shapes().features()));
    facts.put("latents", shapes(cost.shapes().latents()));
    facts.put(
        "latents are", config.settings().independence(cost.shapes().latents().size()).meaning());
    facts.put(
        "trainable parameters", String.format(Locale.ROOT, "%,d", cost.trainableParameters()));
    FileNetwork.Settings own = config.extractor().network();
    facts.put(
        "extractor parameters",
        own == null
            ? String.format(Locale.ROOT, "%,d", cost.extractorParameters())
            : String.format(Locale.ROOT, "not counted, a file of %,d bytes", own.bytes()));
    facts.put("multiply-accumulates of the flow", giga(cost.flowMacs()));
    facts.put(
        "multiply-accumulates of the extractor",
        own == null ? giga(cost.extractorMacs()) : "not counted");
    if (config.training() != null) {
      var t = config.training();
      facts.put(
          "training",
          t.isFitted()
              ? "fitted to %s, seed %s".formatted(learnedFrom(t), config.seed())
              : String.format(
                  Locale.ROOT,
                  "%s, %d epochs, weights of epoch %d, batch %d, learning rate %s, seed %d",
                  learnedFrom(t),
                  t.epochs(),
                  t.selectedEpoch(),
                  t.batchSize(),
                  t.learningRate(),
                  config.seed()));
      if (t.validationNll() != null) {
        facts.put(
            "validation NLL",
            String.format(Locale.ROOT, "%.4f nats per dimension", t.validationNll()));
      }
    }
    facts.putAll(decision(config, test, cost.shapes()));
    facts.put("limits of the input", inputLimits(config));
    if (config.history() != null) {
      facts.put(
          "calibrated before",
          config.history().size()
              + " times, the last test until "
              + config.history().get(config.history().size() - 1).until());
    }
    facts.putAll(provenance(config));
    digest.ifPresent(digits -> facts.put("SHA-256 of the model", digits));
    facts.replaceAll((name, value) -> OneLine.of(value)); // the model may come from anybody
    return facts;
  }

  /**
   * Returns what decides about a part: the test, its threshold with where it comes from, and what
   * is looked at. {@code info}, the report and the certificate show these facts.
   *
   * @param test the statistical test that is used; the origin of its threshold is shown if it is
   *     the model's own
   */
  public static Map<String, String> decision(
      ModelConfig config, SegmentationOptions test, NetworkShapes shapes) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("test", inWords(test));
    facts.put("log10Epsilon", String.format(Locale.ROOT, "%.2f", test.log10Epsilon()));
    if (config.calibration() != null && test.equals(config.segmentation())) {
      facts.put("log10Epsilon comes from", FalseAlarmText.of(config.calibration()));
      if (config.provenance() != null) {
        config
            .provenance()
            .groupsBehindThreshold()
            .ifPresent(groups -> facts.put("a guide only", "images are alike: " + groups));
      }
    }
    if (config.calibration() != null && config.calibration().keepsFolds()) {
      facts.put(
          "kept folds",
          "%s: the models of all judge each part (CV+), by their own region laws"
              .formatted(config.calibration().crossFitting().folds()));
    }
    if (config.guardBand() != null && test.equals(config.segmentation())) {
      facts.put(
          "guard band",
          GuardBandText.of(config.guardBand(), test.log10Epsilon(), config.calibration()));
    }
    if (test.fieldOfView() != null) {
      facts.put("field of view", test.fieldOfView().inWords());
    }
    if (test.smallestRegion() > 0) {
      facts.put("smallest region", smallestRegion(test, shapes));
    }
    if (test.zones() != null) {
      facts.putAll(test.zones().inWords(test));
    }
    return facts;
  }

  /** Returns who made a model, and of what. */
  private static Map<String, String> provenance(ModelConfig config) {
    Provenance provenance = config.provenance();
    Map<String, String> facts = new LinkedHashMap<>();
    if (provenance == null || provenance.created() == null) {
      facts.put("made", NOT_RECORDED);
    } else {
      creation(facts, config, provenance.created());
    }
    if (provenance != null && !provenance.calibrated().isEmpty()) {
      List<Provenance.CalibrationStep> steps = provenance.calibrated();
      Provenance.CalibrationStep last = steps.get(steps.size() - 1);
      facts.put(
          "last calibrated",
          "%s, by Flowline %s, %s".formatted(last.date(), last.flowline(), images(last)));
    }
    return facts;
  }

  private static String learnedFrom(ModelConfig.TrainingFacts training) {
    String images = training.images() + " good images";
    return training.augment() == null
        ? images
        : "%s and %s shifted copies of each".formatted(images, training.augment());
  }

  private static String images(Provenance.CalibrationStep step) {
    int forBand = step.guardBandImages().size();
    String band = forBand == 0 ? "" : "with %s images for the guard band".formatted(forBand);
    if (step.images().isEmpty()) {
      return forBand == 0 ? "without new images" : band;
    }
    String good = "with %s images".formatted(step.images().size());
    return forBand == 0 ? good : good + " and " + band;
  }

  private static void creation(
      Map<String, String> facts, ModelConfig config, Provenance.Creation made) {
    facts.put(
        "made", "%s, by %s of Flowline %s".formatted(made.date(), made.command(), made.flowline()));
    if (made.dataset() != null) {
      facts.put("data", "folder " + made.dataset());
    }
    Provenance.TrainingImages images = made.images();
    facts.put(
        "images of the training",
        images == null
            ? NOT_RECORDED
            : "%s learned from, %s, SHA-256 of all %s"
                .formatted(images.learned().size(), heldOut(config, images), images.sha256()));
    if (!made.weights().isEmpty()) {
      facts.put(
          "weights",
          made.weights().stream()
              .map(file -> file.file() + ", SHA-256 " + file.sha256())
              .collect(Collectors.joining("; ")));
    }
    made.optionsInWords().ifPresent(options -> facts.put("options", options));
  }

  private static String heldOut(ModelConfig config, Provenance.TrainingImages images) {
    boolean tookTurns = config.calibration() != null && config.calibration().crossFitting() != null;
    return tookTurns
        ? "which took turns to set the threshold"
        : "%s for validation, %s for calibration"
            .formatted(images.validation().size(), images.calibration().size());
  }

  private static String smallestRegion(SegmentationOptions test, NetworkShapes shapes) {
    int positions = shapes.mapHeight() * shapes.mapWidth();
    return String.format(
        Locale.ROOT,
        "%s of %s positions, %.2f %% of the image: smaller ones make no defect",
        test.smallestRegion(),
        positions,
        100.0 * test.smallestRegion() / positions);
  }

  private static String inputLimits(ModelConfig config) {
    List<InputStatistics> inputs =
        config.calibration() == null ? List.of() : config.calibration().inputs();
    return InputRange.of(inputs)
        .map(InputRange::inWords)
        .orElse(
            "none: an image unlike the calibration images is not reported; 'flowline calibrate' sets limits");
  }

  /** Returns the test without its threshold, in words. */
  public static String inWords(SegmentationOptions test) {
    return test.law() == null
        ? "chi-square energies, %s bound, number of tests %s"
            .formatted(test.pfaBound(), test.numberOfTests())
        : String.format(
            Locale.ROOT,
            "%s; log10NFA below %.2f is extrapolated",
            test.law(),
            test.law().supportedLog10Nfa());
  }

  /** Returns why log10NFA of a model bounds no false alarms; empty if it does. */
  public static Optional<String> caution(AnomalyModel model) {
    ModelConfig config = model.config();
    int scales = model.shapes().latents().size();
    Independence independence = config.settings().independence(scales);
    return independence.proved() || config.segmentation().law() != null
        ? Optional.empty()
        : Optional.of(
            "latents of %s are not all independent (%s): log10NFA bounds no false alarms, only log10Epsilon from held-out images does"
                .formatted(config.model(), independence.meaning()));
  }

  private static String shapes(List<long[]> shapes) {
    return shapes.stream()
        .map(
            shape ->
                Arrays.stream(shape)
                    .skip(1)
                    .mapToObj(Long::toString)
                    .collect(Collectors.joining("×")))
        .collect(Collectors.joining(", "));
  }

  private static String giga(long macs) {
    return String.format(Locale.ROOT, "%.2f G", macs / 1e9);
  }
}
