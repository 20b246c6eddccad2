package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.Arrays;
import java.util.List;

/**
 * How strong the strongest regions of good images are, measured on n of them: the null hypothesis
 * of the calibrated test. No distribution of latents and no independence is taken for granted: what
 * is counted is images.
 *
 * <p>A region is a connected component of the positions at which the joint anomaly map (all scales
 * together, at the finest scale's size, in [0, 1]) reaches some level. Class k is of regions of 2^k
 * to 2^(k+1) − 1 positions, the last class of all larger ones. Of an image, its maximum in class k
 * is the highest level at which it has a region of at least 2^k positions. The law of class k is
 * that of good images' maxima, and
 *
 * <pre>
 * log10 PFA(R) = log10 P(maximum in R's class ≥ level of R),  log10 NFA(R) = log10 PFA(R) + log10 classes
 * </pre>
 *
 * <p>so that ε classes of a good image alarm on average, as far as the law is true: simulated, at
 * most 0.08 at ε = 0.1, but 1.03 to 1.24 at ε = 1, where the tail's form is only nearly right. What
 * is promised is promised by a threshold from good images, {@link
 * dev.flowline.calibration.FalseAlarmRate}.
 *
 * <p>The law's body is measured, its tail a generalised Pareto law over a threshold, the median: on
 * g = −ln(1 − level + 1e−5), with k excesses over u of mean β, P = (k+1)/(n+1)·(1 + (g−u)/(kβ))^−k.
 * That is the predictive law of an exponential tail whose scale was estimated from k excesses: the
 * fewer there are, the heavier it is. Below log10(1/(n+1)) a probability is extrapolated. It is
 * libflowline that fits it, flowline_region_law_fit.
 */
public final class RegionLaw {
  /** Fewer good images have no law. */
  public static final int LEAST_IMAGES = 10;

  /** Regions of more than this share of the map are of one class. */
  private static final int LARGEST_SHARE = 4;

  private static final int MOST_KNOTS = 161; // FLOWLINE_LAW_KNOTS

  private final float[][] maxima; // (images, classes)
  private final List<String> measuredOn;
  private final float[] levels; // (knots), ascending
  private final double[] log10Pfa; // (classes, knots)

  /**
   * @param maxima of good images, by class, each in [0, 1] and not rising along the classes
   * @throws IllegalArgumentException if there are fewer than {@link #LEAST_IMAGES}, or they are not
   *     of that form
   */
  public RegionLaw(List<float[]> maxima) {
    this(maxima, null);
  }

  @JsonCreator
  private RegionLaw(
      @JsonProperty("maxima") List<float[]> maxima,
      @JsonProperty("measuredOn") List<String> measuredOn) {
    this.measuredOn = measuredOn == null ? List.of() : List.copyOf(measuredOn);
    if (maxima == null || maxima.size() < LEAST_IMAGES) {
      throw new IllegalArgumentException(
          "a law of regions takes at least %d good images, got %d"
              .formatted(LEAST_IMAGES, maxima == null ? 0 : maxima.size()));
    }
    this.maxima = maxima.stream().map(float[]::clone).toArray(float[][]::new);
    requireForm();
    float[] level = new float[MOST_KNOTS];
    double[] table = new double[classes() * MOST_KNOTS];
    int[] knots = new int[1];
    FlowlineException.check(
        LibFlowline.flowline_region_law_fit(
            flat(this.maxima), images(), classes(), level, table, knots));
    levels = Arrays.copyOf(level, knots[0]);
    log10Pfa = Arrays.copyOf(table, classes() * knots[0]);
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  private void requireForm() {
    int classes = maxima[0].length;
    for (int image = 0; image < maxima.length; image++) {
      float[] of = maxima[image];
      if (of.length < 1 || of.length != classes) {
        throw new IllegalArgumentException(
            "maxima[%d] must be of %d classes, got %d".formatted(image, classes, of.length));
      }
      for (int k = 0; k < classes; k++) {
        if (!(of[k] >= 0 && of[k] <= (k == 0 ? 1 : of[k - 1]))) {
          throw new IllegalArgumentException(
              "maxima[%d] must be in [0, 1] and not rise, got %s"
                  .formatted(image, Arrays.toString(of)));
        }
      }
    }
  }

  /** How many classes a map has: areas by powers of two, up to a quarter of it. */
  public static int classesOf(int height, int width) {
    int largest = Math.max(1, height * width / LARGEST_SHARE);
    return 32 - Integer.numberOfLeadingZeros(largest);
  }

  /** The same law with what tells its images from others, such as digests of their files. */
  public RegionLaw withMeasuredOn(List<String> images) {
    return new RegionLaw(maxima(), images);
  }

  /** What tells the images that it was measured on from others; empty where that was not kept. */
  @JsonProperty("measuredOn")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public List<String> measuredOn() {
    return measuredOn;
  }

  /** n. */
  public int images() {
    return maxima.length;
  }

  public int classes() {
    return maxima[0].length;
  }

  /** By image, then class; a copy. */
  @JsonProperty("maxima")
  public List<float[]> maxima() {
    return Arrays.stream(maxima).map(float[]::clone).toList();
  }

  /** Below it, log10NFA rests on the tail's form and not on images seen. */
  public double supportedLog10Nfa() {
    return Math.log10(classes() / (images() + 1.0));
  }

  /** log10 P of a class at a level, as libflowline has it. */
  public double log10Pfa(int of, float level) {
    int row = of * levels.length;
    if (level <= levels[0]) {
      return 0;
    }
    if (level >= levels[levels.length - 1]) {
      return log10Pfa[row + levels.length - 1];
    }
    int at = Arrays.binarySearch(levels, level);
    int i = at >= 0 ? at : -at - 2;
    double share = ((double) level - levels[i]) / ((double) levels[i + 1] - levels[i]);
    return log10Pfa[row + i] + share * (log10Pfa[row + i + 1] - log10Pfa[row + i]);
  }

  /** Levels between which the law is interpolated, ascending. */
  float[] levels() {
    return levels;
  }

  /** (classes · knots), row-major. */
  double[] table() {
    return log10Pfa;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegionLaw that
        && Arrays.deepEquals(maxima, that.maxima)
        && measuredOn.equals(that.measuredOn);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(maxima);
  }

  @Override
  public String toString() {
    return "law of %d classes from %d good images".formatted(classes(), images());
  }
}
