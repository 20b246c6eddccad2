package dev.flowline.eval;

import dev.flowline.calibration.CalibratedGuardBand;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.OutOfRange;
import dev.flowline.io.FileNames;
import dev.flowline.line.UndecidedReason;
import dev.flowline.metrics.Curve;
import dev.flowline.metrics.FairThreshold;
import dev.flowline.metrics.Percentile;
import dev.flowline.metrics.PixelSweep;
import dev.flowline.segmentation.GuardBand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An evaluation of a model on a test set, image by image. Only the maps of the gallery stay in the
 * heap. The others are reduced to scores, and temporary files hold those beyond two million: 16
 * bytes per test pixel, and 8 per pixel of a calibration image, in the folder that {@code
 * java.io.tmpdir} names. The files have no name there and vanish with {@link #finish} or {@link
 * #close}.
 */
public final class Evaluation implements AutoCloseable {
  private static final int CURVE_POINTS = 401;

  private final int height;
  private final int width;
  private final double log10Epsilon;
  private final Calibration calibration;
  private final CalibratedGuardBand guardBand;
  private final GuardBand band;
  private final WorstFirst gallery;
  private final PixelSweep maps = new PixelSweep();
  private final PixelSweep significances = new PixelSweep();
  private final FairThreshold fair = new FairThreshold();
  private final PixelSweep calibrationMaps = new PixelSweep();
  private final List<Double> calibrationMaxima = new ArrayList<>();
  private String calibrationMissing = "no good image that set the threshold was inspected";
  private final List<ImageOutcome> outcomes = new ArrayList<>();
  private final List<Peak> mapPeaks = new ArrayList<>();
  private final List<Peak> publishedPeaks = new ArrayList<>();
  private final Map<String, List<Double>> timings = new LinkedHashMap<>();
  private Integer trainingImagesLeftOut;
  private final List<String> warnings = new ArrayList<>();
  private final List<String> outOfView = new ArrayList<>();
  private boolean ended;

  /** Makes an evaluation with a threshold that was set by hand. */
  public Evaluation(int height, int width, double log10Epsilon, int galleryImages) {
    this(height, width, log10Epsilon, null, null, galleryImages);
  }

  /** Makes an evaluation of a model that decides about every image. */
  public Evaluation(
      int height, int width, double log10Epsilon, Calibration calibration, int galleryImages) {
    this(height, width, log10Epsilon, calibration, null, galleryImages);
  }

  /**
   * Makes an evaluation.
   *
   * @param height rows of all maps
   * @param width columns of all maps
   * @param log10Epsilon a pixel is detected if its log10Nfa is below
   * @param calibration of log10Epsilon; null if it was set by hand
   * @param guardBand around log10Epsilon; null if every image is decided about
   * @param galleryImages how many of the worst images the report is to show
   * @throws IllegalArgumentException if a size is below 1, galleryImages below 0, or log10Epsilon
   *     not finite
   */
  public Evaluation(
      int height,
      int width,
      double log10Epsilon,
      Calibration calibration,
      CalibratedGuardBand guardBand,
      int galleryImages) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be at least 1, got " + height + " x " + width);
    }
    if (!Double.isFinite(log10Epsilon)) {
      throw new IllegalArgumentException("log10Epsilon must be finite, got " + log10Epsilon);
    }
    this.height = height;
    this.width = width;
    this.log10Epsilon = log10Epsilon;
    this.calibration = calibration;
    this.guardBand = guardBand;
    this.band = guardBand == null ? GuardBand.NONE : guardBand.band();
    this.gallery = new WorstFirst(galleryImages);
  }

  /**
   * Adds the map of a good training image; these maps alone set the fair threshold.
   *
   * @param anomalyMap (H·W)
   * @throws IllegalStateException after {@link #finish} or {@link #close}
   * @throws IllegalArgumentException for a map of another size than the evaluation's, or with NaN
   */
  public void addTrainingGood(float[] anomalyMap) {
    addTrainingGood(anomalyMap, null);
  }

  /**
   * Adds what is in view of the map of a good training image.
   *
   * @param anomalyMap (H·W)
   * @param inView (H·W), which pixels are in the field of view; null if all are
   * @throws IllegalStateException after {@link #finish} or {@link #close}
   * @throws IllegalArgumentException for a map of another size than the evaluation's, or with NaN
   */
  public void addTrainingGood(float[] anomalyMap, boolean[] inView) {
    requireOpen();
    requireSize(anomalyMap.length, "anomalyMap of a training image");
    fair.add(seen(anomalyMap, inView));
  }

  /** Returns the pixels of a map that are in view. */
  private static float[] seen(float[] map, boolean[] inView) {
    if (inView == null) {
      return map;
    }
    float[] seen = new float[map.length];
    int count = 0;
    for (int i = 0; i < seen.length; i++) {
      if (inView[i]) {
        seen[count++] = map[i];
      }
    }
    return Arrays.copyOf(seen, count);
  }

  /**
   * Adds the map of a good image that set the model's threshold; these maps set the thresholds of
   * other rules.
   *
   * @param anomalyMap (H·W)
   * @param inView (H·W), which pixels are in the field of view; null if all are
   * @throws IllegalStateException after {@link #finish} or {@link #close}
   * @throws IllegalArgumentException for a map of another size than the evaluation's, or with NaN
   */
  public void addCalibrationMap(float[] anomalyMap, boolean[] inView) {
    requireOpen();
    requireSize(anomalyMap.length, "anomalyMap of a calibration image");
    calibrationMaps.add(calibrationMaxima.size(), anomalyMap, null, inView, width);
    calibrationMaxima.add(Peak.of(seen(anomalyMap, inView), null, true).anywhere());
  }

  /**
   * Notes why no calibration image is added.
   *
   * @param why null leaves what was noted before
   */
  public void noteCalibrationMissing(String why) {
    calibrationMissing = why == null ? calibrationMissing : why;
  }

  /**
   * Adds a test image. Pixels out of view do not count, and neither does a defective image whose
   * defect lies out of view as a whole: these are named among the warnings.
   *
   * @throws IllegalStateException after {@link #finish} or {@link #close}
   * @throws IllegalArgumentException for maps of another size than the evaluation's, or with NaN
   */
  public void add(EvaluatedImage given) {
    requireOpen();
    EvaluatedImage image = given.withTruthInView();
    requireSize(image.anomalyMap().length, "anomalyMap of " + image.name());
    requireSize(image.log10Nfa().length, "log10Nfa of " + image.name());
    if (image.groundTruth() != null) {
      requireSize(image.groundTruth().length, "groundTruth of " + image.name());
    }
    if (given.isDefectOutOfView()) {
      outOfView.add(image.name());
      return;
    }
    ImageOutcome outcome = ImageOutcome.of(image, width, log10Epsilon, band);
    if (image.good() || image.groundTruth() != null) {
      float[] significance = image.log10Nfa().clone();
      for (int i = 0; i < significance.length; i++) {
        significance[i] = -significance[i];
      }
      maps.add(outcomes.size(), image.anomalyMap(), image.groundTruth(), image.inView(), width);
      significances.add(outcomes.size(), significance, image.groundTruth(), image.inView(), width);
    }
    outcomes.add(outcome);
    mapPeaks.add(Peak.ofMap(image));
    if (image.published() != null) {
      publishedPeaks.add(image.published());
    }
    gallery.offer(outcome, image);
    if (image.timingsMillis() != null) {
      image
          .timingsMillis()
          .byStage()
          .forEach(
              (stage, millis) ->
                  timings.computeIfAbsent(stage, s -> new ArrayList<>()).add(millis));
    }
  }

  /**
   * Notes how many test images were left out, because training or calibration had used them.
   *
   * @param images null if that cannot be known, as it is at first
   */
  public void noteLeftOut(Integer images) {
    trainingImagesLeftOut = images;
  }

  /**
   * Adds what is odd about the images, for the result to say it.
   *
   * @param sentences one for each oddity
   */
  public void warn(List<String> sentences) {
    warnings.addAll(sentences);
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the evaluation is finished or closed");
    }
  }

  private void requireSize(int pixels, String what) {
    if (pixels != height * width) {
      throw new IllegalArgumentException(
          what + " must have " + height + " x " + width + " pixels, got " + pixels);
    }
  }

  /**
   * Ends the evaluation and returns the result of all images added.
   *
   * @throws IllegalStateException after {@link #finish} or {@link #close}
   */
  public EvaluationResult finish() {
    requireOpen();
    double fairThreshold = fair.value();
    TreeSet<String> types = new TreeSet<>();
    outcomes.stream().filter(o -> !o.good()).forEach(o -> types.add(o.defectType()));

    double[] drawn = log10EpsilonsToDraw();
    SetMetrics all = new SetMetrics(outcomes, fairThreshold, significances(drawn));
    Map<String, SetMetrics> byType = new LinkedHashMap<>();
    for (String type : types) {
      List<ImageOutcome> withGood =
          outcomes.stream().filter(o -> o.good() || o.defectType().equals(type)).toList();
      byType.put(type, new SetMetrics(withGood, fairThreshold, -log10Epsilon));
    }
    descend(all, byType);

    OutOfRange.inWords(unlike(), outcomes.size()).ifPresent(warnings::add);
    if (!outOfView.isEmpty()) {
      warnings.add(
          "%s of the defective images have their whole defect out of view and do not count: %s"
              .formatted(outOfView.size(), FileNames.of(outOfView)));
    }
    Map<String, DefectTypeResult> byDefect = new LinkedHashMap<>();
    byType.forEach((type, set) -> byDefect.put(type, set.asDefectType()));
    OperatingPoint own = calibration == null ? null : OperatingPoint.of(calibration, outcomes);
    EvaluationResult result =
        new EvaluationResult(
            all.pixelAuroc.value(),
            all.imageAuroc.value(),
            all.nfaImageAuroc.value(),
            all.aupro.value(),
            all.meanIou(),
            all.meanIouOfDefectImages(),
            all.ifJudgeable(-all.nfaIou.bestThreshold()),
            fairThreshold,
            new EvaluationResult.BestThreshold(
                all.ifJudgeable(all.mapIou.bestThreshold()), all.ifJudgeable(all.mapIou.best())),
            log10Epsilon,
            own,
            calibration == null ? List.of() : OperatingPoint.all(calibration, outcomes),
            new RuleComparison(
                    log10Epsilon, own, ofCalibration(), outcomes, mapPeaks, publishedPeaks)
                .all(),
            all.count(true),
            all.count(ImageOutcome.Detection.FALSE_ALARM),
            all.regionsPerGoodImage(),
            all.count(false),
            all.count(ImageOutcome.Detection.FOUND),
            all.count(ImageOutcome.Detection.ALARMED_ELSEWHERE),
            undecided(),
            all.countWithoutGroundTruth(),
            trainingImagesLeftOut,
            imagesOutOfRange(),
            List.copyOf(warnings),
            byDefect,
            stageTimings(),
            details(all, drawn));
    close();
    return result;
  }

  /** Returns the images that are undecided; null if every image is decided about. */
  private UndecidedImages undecided() {
    if (guardBand == null) {
      return null;
    }
    List<ImageOutcome> undecided =
        outcomes.stream()
            .filter(outcome -> outcome.detection() == ImageOutcome.Detection.UNDECIDED)
            .toList();
    int good = (int) undecided.stream().filter(ImageOutcome::good).count();
    return new UndecidedImages(
        UndecidedReason.of(guardBand),
        band.defectBelow(log10Epsilon),
        band.goodFrom(log10Epsilon),
        good,
        undecided.size() - good);
  }

  private CalibrationMaps ofCalibration() {
    if (calibrationMaxima.isEmpty()) {
      return CalibrationMaps.none(calibrationMissing);
    }
    Percentile percentile = new Percentile(0.95);
    calibrationMaps.descend(percentile);
    double[] maxima = calibrationMaxima.stream().mapToDouble(Double::doubleValue).toArray();
    return new CalibrationMaps(maxima, percentile.value(), null);
  }

  /** Returns the images that are unlike the calibration images, with what is out of range. */
  private List<String> unlike() {
    return outcomes.stream()
        .filter(outcome -> outcome.outOfRange() != null && !outcome.outOfRange().isEmpty())
        .map(outcome -> OutOfRange.named(outcome.name(), outcome.outOfRange()))
        .toList();
  }

  private Integer imagesOutOfRange() {
    boolean known = outcomes.stream().anyMatch(outcome -> outcome.outOfRange() != null);
    return known ? unlike().size() : null;
  }

  private void descend(SetMetrics all, Map<String, SetMetrics> byType) {
    List<String> types = List.copyOf(byType.keySet());
    int[] typeOfImage = outcomes.stream().mapToInt(o -> types.indexOf(o.defectType())).toArray();
    Collection<SetMetrics> sets = byType.values();
    maps.descend(
        all.pixelAuroc,
        all.aupro,
        all.mapIou,
        new ByDefectType(typeOfImage, sets.stream().map(s -> s.pixelAuroc).toList()),
        new ByDefectType(typeOfImage, sets.stream().map(s -> s.aupro).toList()),
        new ByDefectType(typeOfImage, sets.stream().map(s -> s.mapIou).toList()));
    significances.descend(
        all.nfaIou, new ByDefectType(typeOfImage, sets.stream().map(s -> s.nfaIou).toList()));
  }

  private double[] significances(double[] drawn) {
    double[] thresholds = new double[drawn.length + 1];
    thresholds[0] = -log10Epsilon;
    for (int i = 0; i < drawn.length; i++) {
      thresholds[i + 1] = -drawn[i];
    }
    return thresholds;
  }

  /**
   * Returns the log10Epsilons at which figure 7 is drawn: from the median of the defects' minimum
   * log10Nfa, but at least as far below log10Epsilon as the background is above it, up to the
   * background.
   */
  private double[] log10EpsilonsToDraw() {
    double highest = Math.max(-significances.lowest(), log10Epsilon + 10);
    double span = highest - log10Epsilon;
    double[] minima =
        outcomes.stream()
            .filter(o -> !o.good())
            .mapToDouble(ImageOutcome::minLog10Nfa)
            .sorted()
            .toArray();
    double median = minima.length == 0 ? log10Epsilon : minima[minima.length / 2];
    double lowest = Math.min(median, log10Epsilon - span);
    if (!Double.isFinite(highest - lowest)) {
      return new double[0];
    }
    double[] drawn = new double[CURVE_POINTS];
    Arrays.setAll(drawn, i -> lowest + (highest - lowest) * i / (CURVE_POINTS - 1));
    return drawn;
  }

  private EvaluationDetails details(SetMetrics all, double[] drawn) {
    TreeMap<Double, Double> meanIou = new TreeMap<>();
    if (all.judgeable() && !outcomes.isEmpty()) {
      for (int i = 0; i < drawn.length; i++) {
        meanIou.put(drawn[i], all.nfaIou.at(i + 1));
      }
      meanIou.put(log10Epsilon, all.nfaIou.at(0));
      meanIou.put(-all.nfaIou.bestThreshold(), all.nfaIou.best());
    }
    return new EvaluationDetails(
        height,
        width,
        all.pixelAuroc.curve(),
        all.nfaImageAuroc.curve(),
        all.aupro.curve(),
        new Curve(
            meanIou.keySet().stream().mapToDouble(x -> x).toArray(),
            meanIou.values().stream().mapToDouble(y -> y).toArray()),
        maps.lowest(),
        maps.highest(),
        -significances.lowest(),
        List.copyOf(outcomes),
        gallery.images());
  }

  private Map<String, StageTiming> stageTimings() {
    Map<String, StageTiming> stages = new LinkedHashMap<>();
    timings.forEach(
        (stage, millis) ->
            stages.put(
                stage, StageTiming.of(millis.stream().mapToDouble(Double::doubleValue).toArray())));
    return stages;
  }

  /** Removes the temporary files of an evaluation that is not finished. */
  @Override
  public void close() {
    ended = true;
    maps.close();
    calibrationMaps.close();
    significances.close();
  }
}
