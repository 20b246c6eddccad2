package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import java.util.Arrays;
import java.util.List;

/**
 * The region law: how strong the strongest regions of good images are, measured on n good images.
 * It is the null hypothesis of the calibrated test. It assumes no distribution of latents and no
 * independence, since it counts images.
 *
 * <p>A region is a connected component of the positions at which the {@linkplain FusedAnomalyMap
 * fused anomaly map} reaches some level. Class k has the regions of 2^k to 2^(k+1) − 1 positions,
 * the last class all larger ones. The maximum of an image in class k is the highest level at which
 * it has a region of at least 2^k positions. The law of class k is the distribution of the maxima
 * of good images, and
 *
 * <pre>
 * log10 PFA(R) = log10 P(maximum in R's class ≥ level of R),  log10 NFA(R) = log10 PFA(R) + log10 classes
 * </pre>
 *
 * <p>so that ε classes of a good image alarm on average if the law is true: simulated, at most 0.08
 * at ε = 0.1, but 1.01 to 1.17 at ε = 1, where the tail's form is only nearly right. The law itself
 * guarantees no false-alarm rate; a threshold from good images does, {@link
 * dev.flowline.calibration.FalseAlarmRate}.
 *
 * <p>A relative law judges levels relative to their own image: an image's baseline b is the median
 * of its likelihoods 1 − level, and a level m becomes max(0, 1 − (1 − m)/(2bᵉ)). The exponent e
 * says how much of what is strange about good images as a whole their strongest regions share: it
 * is their slope, 0 to 1 in quarters. With e = 1 the level is 1/2 at the baseline. So an image that
 * is stranger all over, such as one of another batch, hides small defects less and looks less like
 * one. How strange it is all over is a class of its own, which counts as a tenth of one: its level
 * is max(1/2, 1 − (b/b₀)⁸/2), b₀ the median baseline of good images, and there are classes + 0.1
 * tests.
 *
 * <p>The body of the law is empirical. Its tail above a threshold u, the median, is a generalised
 * Pareto distribution: on g = −ln(1 − level + 1e−5), with k excesses over u of mean β, P =
 * (k+1)/(n+1)·(1 + (g−u)/(kβ))^−k. This is the predictive distribution of an exponential tail whose
 * scale was estimated from k excesses: the fewer there are, the heavier it is. A probability below
 * 1/(n+1) is extrapolated. libflowline fits the law, see {@code flowline_region_law_fit}.
 */
public final class RegionLaw {
  /** The least number of good images that a law is measured on, if they are held out for it. */
  public static final int LEAST_IMAGES = 10;

  /** The least number of good images that any law is measured on, such as one of other folds. */
  public static final int FEWEST_IMAGES = 4;

  /** The map's area over the area from which on regions share one class. */
  private static final int LARGEST_SHARE = 4;

  /** The class of the baselines counts as this share of a size class. */
  private static final double BASELINE_SHARE = 0.1;

  private static final int MOST_KNOTS = 161; // FLOWLINE_LAW_KNOTS

  private final float[][] maxima; // (images, classes)
  private final float[] baselines; // (images); null if the law is not relative
  private final float baselineExponent; // 0 if the law is not relative
  private final List<String> measuredOn;
  private final int mapHeight; // of the fused maps, 0 if unknown
  private final int mapWidth;
  private final float[] levels; // (knots), ascending
  private final double[] log10Pfa; // (classes, knots)
  private final float baseline; // of good images; 0 if the law is not relative
  private final double[] baselineLog10Pfa; // (knots); empty if the law is not relative

  /**
   * Measures a law of levels as they are.
   *
   * @param maxima of each good image, (classes), each in [0, 1] and not rising along the classes
   * @throws IllegalArgumentException if there are fewer than {@link #FEWEST_IMAGES} images, or
   *     their maxima are not of that form
   */
  public RegionLaw(List<float[]> maxima) {
    this(maxima, null, null, null, 0, 0);
  }

  /**
   * Returns the relative law of good images, or the law of levels as they are if these are the
   * maxima.
   *
   * @throws IllegalArgumentException if there are fewer than {@link #LEAST_IMAGES} images, or they
   *     have different numbers of classes, or some have a baseline and others none
   */
  public static RegionLaw relative(List<RelativeMaxima> images) {
    if (images.stream().allMatch(image -> image.baseline() == RelativeMaxima.NO_BASELINE)) {
      return new RegionLaw(images.stream().map(RelativeMaxima::levels).toList());
    }
    float[] baselines = new float[images.size()];
    for (int i = 0; i < baselines.length; i++) {
      baselines[i] = images.get(i).baseline();
    }
    List<float[]> maxima = images.stream().map(RelativeMaxima::levels).toList();
    float[][] rows = maxima.toArray(float[][]::new);
    requireForm(rows, baselines);
    float[] exponent = new float[1];
    FlowlineException.check(
        LibFlowline.flowline_baseline_exponent(
            flat(rows), baselines, rows.length, rows[0].length, exponent));
    return new RegionLaw(maxima, baselines, exponent[0], null, 0, 0);
  }

  @JsonCreator
  private RegionLaw(
      @JsonProperty("maxima") List<float[]> maxima,
      @JsonProperty("baselines") float[] baselines,
      @JsonProperty("baselineExponent") Float baselineExponent,
      @JsonProperty("measuredOn") List<String> measuredOn,
      @JsonProperty("mapHeight") int mapHeight,
      @JsonProperty("mapWidth") int mapWidth) {
    if ((mapHeight != 0 || mapWidth != 0) && Math.min(mapHeight, mapWidth) < 1) {
      throw new IllegalArgumentException(
          "the maps of a region law must be at least 1 x 1, got %s x %s"
              .formatted(mapHeight, mapWidth));
    }
    this.mapHeight = mapHeight;
    this.mapWidth = mapWidth;
    this.measuredOn = measuredOn == null ? List.of() : List.copyOf(measuredOn);
    List<float[]> rows = maxima == null ? List.of() : maxima;
    this.maxima = rows.stream().map(float[]::clone).toArray(float[][]::new);
    this.baselines = baselines == null ? null : baselines.clone();
    requireForm(this.maxima, this.baselines);
    this.baselineExponent = exponent(baselineExponent);
    float[] level = new float[MOST_KNOTS];
    double[] table = new double[classes() * MOST_KNOTS];
    int[] knots = new int[1];
    float[] baselineOfAll = new float[1];
    double[] baselineTable = new double[isRelative() ? MOST_KNOTS : 0];
    FlowlineException.check(
        isRelative()
            ? LibFlowline.flowline_relative_law_fit(
                flat(this.maxima),
                this.baselines,
                images(),
                classes(),
                this.baselineExponent,
                level,
                table,
                knots,
                baselineOfAll,
                baselineTable)
            : LibFlowline.flowline_region_law_fit(
                flat(this.maxima), images(), classes(), level, table, knots));
    levels = Arrays.copyOf(level, knots[0]);
    log10Pfa = Arrays.copyOf(table, classes() * knots[0]);
    baseline = baselineOfAll[0];
    baselineLog10Pfa = Arrays.copyOf(baselineTable, isRelative() ? knots[0] : 0);
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  /** Returns the exponent as libflowline takes it; a file that names none means 1. */
  private float exponent(Float named) {
    float exponent = named == null ? 1 : named;
    if (4 * exponent != Math.rint(4 * exponent) || exponent < 0 || exponent > 1) {
      throw new IllegalArgumentException(
          "baselineExponent must be 0, 0.25, 0.5, 0.75 or 1, got " + exponent);
    }
    return isRelative() ? exponent : 0;
  }

  private static void requireForm(float[][] maxima, float[] baselines) {
    if (maxima.length < FEWEST_IMAGES) {
      throw new IllegalArgumentException(
          "a region law needs at least %s good images, got %s"
              .formatted(FEWEST_IMAGES, maxima.length));
    }
    if (baselines != null && baselines.length != maxima.length) {
      throw new IllegalArgumentException(
          "a relative region law needs one baseline for each of %s images, got %s"
              .formatted(maxima.length, baselines.length));
    }
    for (int image = 0; baselines != null && image < baselines.length; image++) {
      if (!(baselines[image] > 0 && baselines[image] <= 1)) {
        throw new IllegalArgumentException(
            "baselines[%s] must be above 0 and at most 1, got %s"
                .formatted(image, baselines[image]));
      }
    }
    int classes = maxima[0].length;
    for (int image = 0; image < maxima.length; image++) {
      float[] row = maxima[image];
      if (row.length < 1 || row.length != classes) {
        throw new IllegalArgumentException(
            "maxima[%s] must have %s classes, got %s".formatted(image, classes, row.length));
      }
      for (int k = 0; k < classes; k++) {
        if (!(row[k] >= 0 && row[k] <= (k == 0 ? 1 : row[k - 1]))) {
          throw new IllegalArgumentException(
              "maxima[%s] must be in [0, 1] and not rise, got %s"
                  .formatted(image, Arrays.toString(row)));
        }
      }
    }
  }

  /** Returns the number of classes of a map: one per power of two up to a quarter of its area. */
  public static int classesOf(int height, int width) {
    return classesOf(height * width);
  }

  /** Returns the number of classes of a map of which so many positions are tested. */
  static int classesOf(int positions) {
    return 32 - Integer.numberOfLeadingZeros(Math.max(1, positions / LARGEST_SHARE));
  }

  /**
   * Returns the same law with identifiers of its images.
   *
   * @param images such as digests of the files
   */
  public RegionLaw withMeasuredOn(List<String> images) {
    return new RegionLaw(maxima(), baselines, baselineExponent, images, mapHeight, mapWidth);
  }

  /**
   * Returns the same law with the size of the maps that it was measured on: a test by it refuses
   * latents whose finest scale has another size.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public RegionLaw ofMaps(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "the maps of a region law must be at least 1 x 1, got %s x %s".formatted(height, width));
    }
    return new RegionLaw(maxima(), baselines, baselineExponent, measuredOn, height, width);
  }

  /** Returns the number of rows of the maps that the law was measured on; 0 if unknown. */
  @JsonProperty("mapHeight")
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public int mapHeight() {
    return mapHeight;
  }

  /** Returns the number of columns of these maps; 0 if unknown. */
  @JsonProperty("mapWidth")
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public int mapWidth() {
    return mapWidth;
  }

  /** Returns the identifiers of the images that the law was measured on; empty if unknown. */
  @JsonProperty("measuredOn")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public List<String> measuredOn() {
    return measuredOn;
  }

  /** Returns n, the number of images that the law was measured on. */
  public int images() {
    return maxima.length;
  }

  /** Returns the number of classes. */
  public int classes() {
    return maxima[0].length;
  }

  /** Returns a copy of the maxima, (classes) for each image. */
  @JsonProperty("maxima")
  public List<float[]> maxima() {
    return Arrays.stream(maxima).map(float[]::clone).toList();
  }

  /** Returns whether the law judges levels relative to the baseline of their own image. */
  @JsonIgnore
  public boolean isRelative() {
    return baselines != null;
  }

  /** Returns a copy of the baselines of the images; null unless the law is relative. */
  @JsonProperty("baselines")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public float[] baselines() {
    return baselines == null ? null : baselines.clone();
  }

  /** Returns the exponent of an image's baseline, 0 to 1 in quarters; 0 unless relative. */
  @JsonIgnore
  public float baselineExponent() {
    return baselineExponent;
  }

  @JsonProperty("baselineExponent")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private Float exponentInFiles() {
    return isRelative() ? baselineExponent : null;
  }

  /**
   * Returns, for each class k, the highest level of a region of at least 2^k positions in view, on
   * the scale of this law, with the image's baseline if the law is relative.
   */
  public RelativeMaxima maximaOf(FusedAnomalyMap map, FieldOfView view) {
    if (!isRelative()) {
      return new RelativeMaxima(map.regionMaxima(view), RelativeMaxima.NO_BASELINE);
    }
    RelativeMaxima image = map.relativeMaxima(view);
    return new RelativeMaxima(levelsOf(image), image.baseline());
  }

  /** Returns the levels of an image's maxima on the scale of this law. */
  public float[] levelsOf(RelativeMaxima image) {
    float[] levels = image.levels().clone();
    if (!isRelative() || baselineExponent == 1) {
      return levels;
    }
    float unit = powered(image.baseline());
    for (int k = 0; k < levels.length; k++) {
      float likelihood = 2 * image.baseline() * (1 - levels[k]);
      levels[k] = Math.max(0, 1 - 0.5f * (likelihood / unit));
    }
    return levels;
  }

  /** Returns a baseline to the power of the exponent, as libflowline rounds it. */
  private float powered(float ofImage) {
    float root = (float) Math.sqrt(ofImage);
    float fourthRoot = (float) Math.sqrt(root);
    return switch (Math.round(4 * baselineExponent)) {
      case 0 -> 1;
      case 1 -> fourthRoot;
      case 2 -> root;
      case 3 -> root * fourthRoot;
      default -> ofImage;
    };
  }

  /** Returns the log10 NFA below which the law rests on the form of its tail alone. */
  public double supportedLog10Nfa() {
    return log10Tests() - Math.log10(images() + 1.0);
  }

  /**
   * Returns log10 P(maximum in a class ≥ level), as libflowline interpolates it.
   *
   * @param classIndex from 0 to {@link #classes} − 1
   */
  public double log10Pfa(int classIndex, float level) {
    return interpolated(log10Pfa, classIndex * levels.length, level);
  }

  /**
   * Returns the log10 NFA of an image's baseline, as libflowline computes it.
   *
   * @throws IllegalStateException unless the law is relative
   */
  public double log10NfaOfBaseline(float ofImage) {
    return log10PfaOfBaseline(ofImage) + log10Tests() - Math.log10(BASELINE_SHARE);
  }

  /**
   * Returns log10 P(a good image is as strange all over as an image, or stranger), by its baseline.
   *
   * @throws IllegalStateException unless the law is relative
   */
  public double log10PfaOfBaseline(float ofImage) {
    if (!isRelative()) {
      throw new IllegalStateException("the region law is not relative");
    }
    float ratio = ofImage / baseline;
    float square = ratio * ratio;
    float level = Math.max(0, 1 - 0.5f * (square * square * (square * square)));
    return interpolated(baselineLog10Pfa, 0, level);
  }

  /** Returns log10 of the number of tests: one a class, and the share of the baseline. */
  public double log10Tests() {
    return Math.log10(classes() + (isRelative() ? BASELINE_SHARE : 0));
  }

  private double interpolated(double[] table, int row, float level) {
    if (level <= levels[0]) {
      return 0;
    }
    if (level >= levels[levels.length - 1]) {
      return table[row + levels.length - 1];
    }
    int at = Arrays.binarySearch(levels, level);
    int i = at >= 0 ? at : -at - 2;
    double share = ((double) level - levels[i]) / ((double) levels[i + 1] - levels[i]);
    return table[row + i] + share * (table[row + i + 1] - table[row + i]);
  }

  /** Returns the baseline of good images; 0 unless the law is relative. */
  float baseline() {
    return baseline;
  }

  /** Returns log10 PFA of the class of the baselines at the levels; empty unless relative. */
  double[] baselineTable() {
    return baselineLog10Pfa;
  }

  /** Returns the levels between which the law is interpolated, ascending. */
  float[] levels() {
    return levels;
  }

  /** Returns log10 PFA at the levels, (classes · knots), row-major. */
  double[] table() {
    return log10Pfa;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegionLaw that
        && Arrays.deepEquals(maxima, that.maxima)
        && Arrays.equals(baselines, that.baselines)
        && baselineExponent == that.baselineExponent
        && measuredOn.equals(that.measuredOn)
        && mapHeight == that.mapHeight
        && mapWidth == that.mapWidth;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(maxima);
  }

  @Override
  public String toString() {
    String kind = isRelative() ? "relative region law" : "region law";
    return "%s of %s classes from %s good images".formatted(kind, classes(), images());
  }
}
