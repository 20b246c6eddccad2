package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.segmentation.GuardBand;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The calibration of a model's log10Epsilon with n good images that were used for nothing else. The
 * threshold is the j-th smallest of their minimum log10NFA, before interpolation, so that it is
 * valid for maps of every size. The guarantee assumes no model of the latents, see {@link
 * FalseAlarmRate}.
 *
 * @param goodImages n, at least one
 * @param images ascending in minimum log10NFA: all n, or the first alone in model files before
 *     format 3
 * @param requested the requested rate of false-alarm images
 * @param guaranteed the guaranteed rate, at most the requested one unless the images are too few
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Calibration(
    int goodImages,
    List<CalibrationImage> images,
    @JsonProperty("asked") FalseAlarmRate requested,
    @JsonProperty("promised") double guaranteed) {
  /** A log10Epsilon far below what good parts of any model have had. */
  private static final double IMPLAUSIBLE = -1e5;

  public Calibration {
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(requested, "asked");
    if (images.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("images must not be null");
    }
    images =
        images.stream().sorted(Comparator.comparingDouble(CalibrationImage::minLog10Nfa)).toList();
    if (images.isEmpty() || images.size() > goodImages) {
      throw new IllegalArgumentException(
          "a calibration must have 1 to goodImages = %s images, got %s"
              .formatted(goodImages, images.size()));
    }
    int rank = Math.max(1, requested.rank(goodImages));
    if (rank > images.size() || !Double.isFinite(guaranteed)) {
      throw new IllegalArgumentException(
          "%s images cannot promise %s at the rank %s of %s images"
              .formatted(images.size(), guaranteed, rank, goodImages));
    }
  }

  /**
   * Reads a calibration. In files of older versions log10Epsilon is the smallest value of all
   * images, and only this one is kept.
   */
  @JsonCreator
  static Calibration read(
      @JsonProperty("goodImages") int goodImages,
      @JsonProperty("images") List<CalibrationImage> images,
      @JsonProperty("asked") FalseAlarmRate requested,
      @JsonProperty("promised") @JsonAlias("falseAlarmRate") double guaranteed,
      @JsonProperty("smallestLog10Nfa") double smallestLog10Nfa) {
    if (images != null) {
      return new Calibration(Math.max(goodImages, images.size()), images, requested, guaranteed);
    }
    double rate = 1.0 / (goodImages + 1);
    return new Calibration(
        goodImages,
        List.of(new CalibrationImage(smallestLog10Nfa, null, null)),
        new FalseAlarmRate(rate, null),
        rate);
  }

  /**
   * Returns the calibration whose threshold guarantees a rate, or the lowest rate that the images
   * can guarantee if that is higher.
   *
   * @param images at least one
   */
  public static Calibration of(List<CalibrationImage> images, FalseAlarmRate requested) {
    int rank = Math.max(1, requested.rank(images.size()));
    return new Calibration(
        images.size(), images, requested, requested.guaranteedRate(rank, images.size()));
  }

  /** Returns j: the threshold is the j-th smallest value of the images. */
  public int rank() {
    return Math.max(1, requested.rank(goodImages));
  }

  /** Returns the threshold: an image with a minimum log10NFA strictly below it alarms. */
  public double log10Epsilon() {
    return images.get(rank() - 1).minLog10Nfa();
  }

  /**
   * Returns whether images have p-values: the numbers of all n images are kept, and not the
   * smallest alone, as in model files of format 1.
   */
  public boolean knowsPValues() {
    return images.size() == goodImages;
  }

  /**
   * Returns the conformal p-value of an image: (1 + how many of the n images have a minimum
   * log10NFA of at most its own)/(n + 1). If the image is good and exchangeable with the n, it is
   * at most t with a probability of at most t, for every t, on average over the choice of the n
   * images (Vovk 2005). It is at most {@link #rank}/(n + 1) exactly if the image is below {@link
   * #log10Epsilon}, ties included.
   *
   * @param minLog10Nfa of the image; no NaN
   * @throws IllegalArgumentException if it is NaN
   * @throws IllegalStateException unless p-values are {@linkplain #knowsPValues known}
   */
  public double pValue(double minLog10Nfa) {
    if (Double.isNaN(minLog10Nfa)) {
      throw new IllegalArgumentException("minLog10Nfa must be a number, got NaN");
    }
    if (!knowsPValues()) {
      throw new IllegalStateException(
          "only %s of the numbers of %s images are kept".formatted(images.size(), goodImages));
    }
    int asExtreme = 0;
    int more = goodImages;
    while (asExtreme < more) { // images below asExtreme are at most minLog10Nfa
      int middle = (asExtreme + more) >>> 1;
      if (images.get(middle).minLog10Nfa() <= minLog10Nfa) {
        asExtreme = middle + 1;
      } else {
        more = middle;
      }
    }
    return (1.0 + asExtreme) / (goodImages + 1.0);
  }

  /** Returns whether there are enough images to guarantee a rate, and its threshold is known. */
  public boolean guarantees(FalseAlarmRate rate) {
    int rank = rate.rank(goodImages);
    return rank > 0 && rank <= images.size();
  }

  /**
   * Returns the calibration by the same images at another rate.
   *
   * @throws IllegalArgumentException if they do not {@linkplain #guarantees guarantee} it
   */
  public Calibration at(FalseAlarmRate rate) {
    if (!guarantees(rate)) {
      throw new IllegalArgumentException(
          "%s good images cannot guarantee the rate %s; it needs %s"
              .formatted(goodImages, rate.rate(), rate.imagesNeeded()));
    }
    return new Calibration(
        goodImages, images, rate, rate.guaranteedRate(rate.rank(goodImages), goodImages));
  }

  /**
   * Returns the latent statistics of the images that are above the threshold, and not in the guard
   * band: like the parts that the line judges good, they were judged good.
   *
   * @param count number of statistics; images with another number, from older files, are left out
   * @param band around the threshold
   */
  public List<List<Double>> goodPartStatistics(int count, GuardBand band) {
    double goodFrom = band.goodFrom(log10Epsilon());
    return images.stream()
        .skip(rank())
        .filter(image -> image.minLog10Nfa() >= goodFrom)
        .map(CalibrationImage::latentStatistics)
        .filter(statistics -> statistics != null && statistics.size() == count)
        .toList();
  }

  /** Returns the inputs of the images; without those of older files, which hold none. */
  public List<InputStatistics> inputs() {
    return images.stream().map(CalibrationImage::input).filter(Objects::nonNull).toList();
  }

  /** Returns whether the threshold is so low that the model cannot have learned these parts. */
  @JsonIgnore
  public boolean isImplausible() {
    return log10Epsilon() < IMPLAUSIBLE;
  }

  /** Returns how many more good images the requested rate needs; 0 if there are enough. */
  public int imagesMissing() {
    return Math.max(0, requested.imagesNeeded() - goodImages);
  }
}
