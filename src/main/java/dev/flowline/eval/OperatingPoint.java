package dev.flowline.eval;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.calibration.BinomialInterval;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.metrics.NanAsNull;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * An operating point: what a threshold that good images alone have set does on the test images,
 * beside the false-alarm rate that it guarantees.
 *
 * @param requested the requested share of good images that raise a false alarm
 * @param guaranteed the rate that the calibration images guarantee, at most
 * @param calibrationImages how many they are
 * @param log10Epsilon the threshold
 * @param falseAlarmImages of the good test images
 * @param measured their share; NaN without good test images
 * @param interval of the true rate, 95 %; null without good test images
 * @param defectImagesFound of the defective ones, on their defect if it is marked
 * @param defectImagesAlarmedElsewhere of the defective ones, not on their defect
 * @param found the share of defective images found; NaN without any
 * @param foundByRoc the share that the same statistic finds where a threshold, chosen on the test
 *     images themselves, has exactly the guaranteed share of false alarms: what this threshold
 *     would reach if it were exact
 * @param expected whether {@code guaranteed} is what is expected of a cross-fitted threshold, and
 *     no bound
 */
public record OperatingPoint(
    @JsonProperty("asked") FalseAlarmRate requested,
    @JsonProperty("promised") double guaranteed,
    int calibrationImages,
    double log10Epsilon,
    int falseAlarmImages,
    @NanAsNull double measured,
    BinomialInterval interval,
    int defectImagesFound,
    int defectImagesAlarmedElsewhere,
    @NanAsNull double found,
    @NanAsNull double foundByRoc,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean expected) {
  private static final double[] RATES = {0.01, 0.02, 0.05, 0.1, 0.2};

  /**
   * Returns the points at the usual rates that the calibration images can guarantee on average;
   * none if folds are kept: then the statistic of an image is that of the calibration's own rate.
   */
  static List<OperatingPoint> all(Calibration calibration, List<ImageOutcome> outcomes) {
    if (calibration.keepsFolds()) {
      return List.of();
    }
    return Arrays.stream(RATES)
        .mapToObj(rate -> new FalseAlarmRate(rate, null))
        .filter(calibration::guarantees)
        .map(rate -> of(calibration.at(rate), outcomes))
        .toList();
  }

  /** Returns the point at the requested rate. */
  static OperatingPoint of(Calibration calibration, List<ImageOutcome> outcomes) {
    double[] good = sorted(outcomes, true, ImageOutcome::minLog10Nfa);
    double[] defective = sorted(outcomes, false, ImageOutcome::minLog10NfaOnDefect);
    int alarms = below(good, calibration.log10Epsilon());
    int found = below(defective, calibration.log10Epsilon());
    return new OperatingPoint(
        calibration.requested(),
        calibration.guaranteed(),
        calibration.goodImages(),
        calibration.log10Epsilon(),
        alarms,
        share(alarms, good),
        good.length == 0 ? null : BinomialInterval.of(alarms, good.length),
        found,
        (int) outcomes.stream().filter(o -> o.alarmedElsewhere(calibration.log10Epsilon())).count(),
        share(found, defective),
        foundByRoc(good, defective, calibration.guaranteed()),
        !calibration.isGuaranteed());
  }

  private static double[] sorted(
      List<ImageOutcome> outcomes, boolean good, ToDoubleFunction<ImageOutcome> value) {
    return outcomes.stream()
        .filter(outcome -> outcome.good() == good)
        .mapToDouble(value)
        .sorted()
        .toArray();
  }

  private static int below(double[] sorted, double threshold) {
    return (int) Arrays.stream(sorted).filter(value -> value < threshold).count();
  }

  private static double share(int count, double[] values) {
    return values.length == 0 ? Double.NaN : (double) count / values.length;
  }

  /** Returns the ROC curve at a rate; between two thresholds the curve is straight. */
  private static double foundByRoc(double[] good, double[] defective, double rate) {
    if (good.length == 0 || defective.length == 0) {
      return Double.NaN;
    }
    double alarms = rate * good.length;
    int fewer = (int) Math.min(Math.floor(alarms), good.length - 1);
    double low = share(below(defective, good[fewer]), defective);
    double next = fewer + 1 < good.length ? good[fewer + 1] : Double.POSITIVE_INFINITY;
    double high = share(below(defective, next), defective);
    return low + (alarms - fewer) * (high - low);
  }
}
