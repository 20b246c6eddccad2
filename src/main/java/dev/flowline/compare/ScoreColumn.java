package dev.flowline.compare;

import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.OperatingPoint;
import dev.flowline.eval.StageTiming;
import dev.flowline.page.Numbers;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A column of a comparison: a measure of how well a model does, or of what it costs. */
public enum ScoreColumn {
  PIXEL_AUROC("pixelAuroc", "pixel AUROC", Better.HIGH, Unit.SHARE, EvaluationResult::pixelAuroc),
  IMAGE_AUROC(
      "imageAuroc", "image AUROC by score", Better.HIGH, Unit.SHARE, EvaluationResult::imageAuroc),
  NFA_IMAGE_AUROC(
      "nfaImageAuroc",
      "image AUROC by log10NFA",
      Better.HIGH,
      Unit.SHARE,
      EvaluationResult::nfaImageAuroc),
  AUPRO("aupro", "AUPRO", Better.HIGH, Unit.SHARE, EvaluationResult::aupro),
  MEAN_IOU_AUTOMATIC(
      "meanIou.automatic",
      "mIoU automatic",
      Better.HIGH,
      Unit.SHARE,
      result -> result.meanIou().automatic()),
  MEAN_IOU_FAIR(
      "meanIou.fair", "mIoU fair", Better.HIGH, Unit.SHARE, result -> result.meanIou().fair()),
  /** Tuned on the test set, by log10Epsilon. */
  MEAN_IOU_ORACLE(
      "meanIou.oracle",
      "mIoU oracle",
      Better.HIGH,
      Unit.SHARE,
      result -> result.meanIou().oracle()),
  /** Tuned on the test set, by the threshold of the anomaly map. */
  MAP_MEAN_IOU_ORACLE(
      "anomalyMapOracle.meanIou",
      "map mIoU oracle",
      Better.HIGH,
      Unit.SHARE,
      result -> result.anomalyMapOracle().meanIou()),
  FOUND(
      "defectImagesFound",
      "found",
      Better.HIGH,
      Unit.PERCENT,
      result -> share(result.defectImagesFound(), result.defectImages())),
  ALARMED_ELSEWHERE(
      "defectImagesAlarmedElsewhere",
      "alarmed elsewhere",
      Better.LOW,
      Unit.PERCENT,
      result -> share(result.defectImagesAlarmedElsewhere(), result.defectImages())),
  FALSE_ALARMS(
      "falseAlarmImages",
      "false alarms",
      Better.LOW,
      Unit.PERCENT,
      result -> share(result.falseAlarmImages(), result.goodImages())),
  GUARANTEED(
      "promisedRate",
      "guaranteed rate",
      Better.LOW,
      Unit.PERCENT,
      result -> point(result, OperatingPoint::guaranteed)),
  /** Tuned on the test set, by the threshold of log10NFA. */
  FOUND_BY_ROC(
      "foundByRoc",
      "found, by ROC",
      Better.HIGH,
      Unit.PERCENT,
      result -> point(result, OperatingPoint::foundByRoc)),
  TRAINABLE_PARAMETERS("trainableParameters", "parameters", Better.LOW, Unit.MILLIONS),
  FLOW_MACS("flowMacs", "MACs of flow", Better.LOW, Unit.BILLIONS),
  EXTRACTOR_MACS("extractorMacs", "MACs of extractor", Better.LOW, Unit.BILLIONS),
  MILLIS_PER_IMAGE("millisPerImage", "ms/image", Better.LOW, Unit.PLAIN, ScoreColumn::millis),
  P99_MILLIS(
      "p99MillisPerImage", "99 % within, ms", Better.LOW, Unit.PLAIN, ScoreColumn::p99Millis),
  TRAINING_SECONDS("trainingSeconds", "training, s", Better.LOW, Unit.PLAIN);

  /** The groups of columns on a page, in the order shown. */
  enum Group {
    THRESHOLD("at the threshold that good images set"),
    IMAGES("images, at any threshold"),
    TIME("time"),
    PIXELS("pixels"),
    TEST_SET("tuned on the test set: bounds, no results"),
    COST("cost");

    private final String heading;

    Group(String heading) {
      this.heading = heading;
    }

    String heading() {
      return heading;
    }
  }

  /** Which of two values is the better one. */
  enum Better {
    HIGH,
    LOW
  }

  /** The unit in which values are written. */
  enum Unit {
    SHARE(1, 4, ""),
    PERCENT(100, 1, " %"),
    MILLIONS(1e-6, 3, " M"),
    BILLIONS(1e-9, 3, " G"),
    PLAIN(1, 1, "");

    private final double factor;
    private final int digits;
    private final String sign;

    Unit(double factor, int digits, String sign) {
      this.factor = factor;
      this.digits = digits;
      this.sign = sign;
    }

    String text(double value) {
      return Numbers.fixed(value * factor, digits) + (Double.isNaN(value) ? "" : sign);
    }

    /** Returns how far values deviate; empty if unknown, and for counts, which do not deviate. */
    String deviation(double value) {
      boolean counts = this == MILLIONS || this == BILLIONS;
      return Double.isNaN(value) || counts ? "" : "±" + Numbers.fixed(value * factor, digits);
    }
  }

  private final String key;
  private final String heading;
  private final Better better;
  private final Unit unit;
  private final ToDoubleFunction<EvaluationResult> evaluated;

  ScoreColumn(
      String key,
      String heading,
      Better better,
      Unit unit,
      ToDoubleFunction<EvaluationResult> evaluated) {
    this.key = key;
    this.heading = heading;
    this.better = better;
    this.unit = unit;
    this.evaluated = evaluated;
  }

  /** Makes a column that no evaluation has. */
  ScoreColumn(String key, String heading, Better better, Unit unit) {
    this(key, heading, better, unit, result -> Double.NaN);
  }

  /** Returns the column of a key, if there is one. */
  static Optional<ScoreColumn> of(String key) {
    return Arrays.stream(values()).filter(column -> column.key.equals(key)).findFirst();
  }

  /** Returns the key in JSON, which is that of an evaluation if an evaluation has it. */
  public String key() {
    return key;
  }

  /** Returns the heading for people. */
  String heading() {
    return heading;
  }

  Unit unit() {
    return unit;
  }

  /** Returns the figure of an evaluation; NaN if it has none. */
  public double of(EvaluationResult result) {
    return evaluated.applyAsDouble(result);
  }

  /** Returns whether the test set has chosen the threshold: a bound, not a result. */
  boolean isOracle() {
    return this == MEAN_IOU_ORACLE || this == MAP_MEAN_IOU_ORACLE || this == FOUND_BY_ROC;
  }

  /** Returns the group on a page. */
  Group group() {
    return switch (this) {
      case FOUND, ALARMED_ELSEWHERE, FALSE_ALARMS, GUARANTEED -> Group.THRESHOLD;
      case NFA_IMAGE_AUROC, IMAGE_AUROC -> Group.IMAGES;
      case PIXEL_AUROC, AUPRO, MEAN_IOU_AUTOMATIC, MEAN_IOU_FAIR -> Group.PIXELS;
      case MEAN_IOU_ORACLE, MAP_MEAN_IOU_ORACLE, FOUND_BY_ROC -> Group.TEST_SET;
      case MILLIS_PER_IMAGE, P99_MILLIS -> Group.TIME;
      default -> Group.COST;
    };
  }

  /** Returns whether a value is no better than that of a model that guesses. */
  boolean isChance(double value) {
    return (group() == Group.IMAGES || this == PIXEL_AUROC) && value <= 0.5;
  }

  /** Returns whether the column measures quality, not cost. */
  boolean isQuality() {
    return compareTo(TRAINABLE_PARAMETERS) < 0;
  }

  /** Returns whether one value is better than another one. */
  boolean isBetter(double value, double other) {
    return better == Better.HIGH ? value > other : value < other;
  }

  private static double share(int part, int whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }

  private static double point(EvaluationResult result, ToDoubleFunction<OperatingPoint> value) {
    return result.operatingPoint() == null
        ? Double.NaN
        : value.applyAsDouble(result.operatingPoint());
  }

  private static double millis(EvaluationResult result) {
    StageTiming total = result.timings().get(StageTiming.TOTAL);
    return total == null ? Double.NaN : total.medianMillis();
  }

  private static double p99Millis(EvaluationResult result) {
    StageTiming total = result.timings().get(StageTiming.TOTAL);
    return total == null ? Double.NaN : total.p99Millis();
  }
}
