package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.segmentation.GuardBand;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
 * @param guaranteed the guaranteed rate, at most the requested one unless the images are too few;
 *     of a cross-fitted calibration the expected rate, see {@link #isGuaranteed} and {@link
 *     #proved}
 * @param crossFitting how the images took turns to be held out; null if they were held out once
 * @param mix of the groups in which parts will come, for which the images are weighted; null if
 *     parts come as the images do
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Calibration(
    int goodImages,
    List<CalibrationImage> images,
    @JsonProperty("asked") FalseAlarmRate requested,
    @JsonProperty("promised") double guaranteed,
    CrossFitting crossFitting,
    GroupMix mix) {
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
    if (mix != null) {
      mix.requireEnough(images.stream().map(CalibrationImage::group).toList(), requested);
    }
    requireFolds(images, goodImages, requested, crossFitting);
    int rank = rank(goodImages, images, requested, mix);
    if (rank > images.size() || !Double.isFinite(guaranteed)) {
      throw new IllegalArgumentException(
          "%s images cannot promise %s at the rank %s of %s images"
              .formatted(images.size(), guaranteed, rank, goodImages));
    }
  }

  private static void requireFolds(
      List<CalibrationImage> images, int all, FalseAlarmRate rate, CrossFitting by) {
    if (by == null || !by.kept()) {
      return;
    }
    boolean known = images.stream().allMatch(i -> i.fold() != null);
    if (!known || images.size() != all || rate.confidence() != null) {
      throw new IllegalArgumentException(
          "a calibration by kept folds must have all %s images, each with its fold, and no confidence"
              .formatted(all));
    }
    List<Integer> found = images.stream().map(CalibrationImage::fold).distinct().sorted().toList();
    int last = found.size() - 1;
    if (found.size() != by.folds() || found.get(0) != 0 || found.get(last) != last) {
      throw new IllegalArgumentException(
          "the calibration images must be of the folds 0 to %s, got %s"
              .formatted(by.folds() - 1, found));
    }
  }

  /** Makes the calibration by images that were held out once and come as parts will. */
  public Calibration(
      int goodImages, List<CalibrationImage> images, FalseAlarmRate requested, double guaranteed) {
    this(goodImages, images, requested, guaranteed, null, null);
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
      @JsonProperty("crossFitting") CrossFitting crossFitting,
      @JsonProperty("smallestLog10Nfa") double smallestLog10Nfa,
      @JsonProperty("mix") GroupMix mix) {
    if (images != null) {
      return new Calibration(
          Math.max(goodImages, images.size()), images, requested, guaranteed, crossFitting, mix);
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

  /** Returns the same calibration, by images that took turns to be held out. */
  public Calibration crossFitted(CrossFitting folds) {
    return new Calibration(goodImages, images, requested, guaranteed, folds, mix);
  }

  /**
   * Returns whether {@link #guaranteed} is a bound that is proved for exchangeable images. It is
   * not if the images were cross-fitted: then it is the rate that their order leads to expect, and
   * was measured to hold.
   */
  @JsonIgnore
  public boolean isGuaranteed() {
    return crossFitting == null;
  }

  /** Returns whether the models of the folds are kept, and judge by {@link CvPlus}. */
  public boolean keepsFolds() {
    return crossFitting != null && crossFitting.kept();
  }

  /**
   * Returns the largest share of false alarms that is proved for exchangeable images: {@link
   * #guaranteed}, or by kept folds a multiple of it, see {@link CvPlus#bound}. Empty if nothing is
   * proved.
   */
  public Optional<Double> proved() {
    if (!keepsFolds()) {
      return isGuaranteed() ? Optional.of(guaranteed) : Optional.empty();
    }
    List<Integer> sizes =
        IntStream.range(0, crossFitting.folds())
            .mapToObj(fold -> (int) images.stream().filter(i -> i.fold() == fold).count())
            .toList();
    return Optional.of(CvPlus.bound(rank(), sizes));
  }

  /**
   * Returns the calibration whose threshold guarantees a rate of parts that will come in a mix.
   *
   * @param images with their groups
   * @param mix null if parts come as the images do
   * @throws IllegalArgumentException if the images of a group are too few, or not those of the mix
   */
  public static Calibration of(
      List<CalibrationImage> images, FalseAlarmRate requested, GroupMix mix) {
    if (mix == null) {
      return of(images, requested);
    }
    Calibration whole =
        new Calibration(images.size(), images, requested, requested.rate(), null, mix);
    return whole.at(requested);
  }

  /** Returns j: the threshold is the j-th smallest value of the images. */
  public int rank() {
    return rank(goodImages, images, requested, mix);
  }

  private static int rank(
      int goodImages, List<CalibrationImage> images, FalseAlarmRate rate, GroupMix mix) {
    int rank = mix == null ? rate.rank(goodImages) : ranks(images, mix).rank(rate.rate());
    return Math.max(1, rank);
  }

  private static WeightedRanks ranks(List<CalibrationImage> images, GroupMix mix) {
    return new WeightedRanks(mix.weights(images.stream().map(CalibrationImage::group).toList()));
  }

  /**
   * Returns how many images without weights would set the threshold with as little chance: n
   * without a mix.
   */
  public double effectiveImages() {
    return mix == null ? goodImages : ranks(images, mix).effectiveImages();
  }

  /**
   * Returns the threshold: an image with a minimum log10NFA strictly below it alarms. With kept
   * folds it is compared with their numbers as {@link CvPlus} has it.
   */
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
   * #log10Epsilon}, ties included. With a mix the images count by their weights, whose sum is 1,
   * and the image by the largest of these, w, whatever its group: (w + weight of those images)/(1 +
   * w). With its own weight it would be no larger. It is then at most {@link #guaranteed} exactly
   * if the image is below the threshold (Tibshirani, Foygel Barber, Candès, Ramdas 2019).
   *
   * @param minLog10Nfa of the image; no NaN
   * @throws IllegalArgumentException if it is NaN
   * @throws IllegalStateException unless p-values are {@linkplain #knowsPValues known}, or if they
   *     are by kept folds, see {@link CvPlus#compare}
   */
  public double pValue(double minLog10Nfa) {
    if (Double.isNaN(minLog10Nfa)) {
      throw new IllegalArgumentException("minLog10Nfa must be a number, got NaN");
    }
    if (!knowsPValues()) {
      throw new IllegalStateException(
          "only %s of the numbers of %s images are kept".formatted(images.size(), goodImages));
    }
    if (keepsFolds()) {
      throw new IllegalStateException("the p-value takes a number by each of the kept folds");
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
    return mix == null
        ? (1.0 + asExtreme) / (goodImages + 1.0)
        : ranks(images, mix).guaranteed(asExtreme + 1);
  }

  /** Returns whether there are enough images to guarantee a rate, and its threshold is known. */
  public boolean guarantees(FalseAlarmRate rate) {
    if (mix != null) {
      return rate.confidence() == null && ranks(images, mix).rank(rate.rate()) > 0;
    }
    int rank = rate.rank(goodImages);
    return rank > 0 && rank <= images.size();
  }

  /**
   * Returns the calibration by the same images at another rate.
   *
   * @throws IllegalArgumentException if they do not {@linkplain #guarantees guarantee} it
   */
  public Calibration at(FalseAlarmRate rate) {
    requireEnough(rate);
    if (!guarantees(rate)) {
      throw new IllegalArgumentException(
          "%s good images cannot guarantee the rate %s; it needs %s"
              .formatted(goodImages, rate.rate(), rate.imagesNeeded()));
    }
    if (mix != null) {
      WeightedRanks ranks = ranks(images, mix);
      double weighted = ranks.guaranteed(ranks.rank(rate.rate()));
      return new Calibration(goodImages, images, rate, weighted, crossFitting, mix);
    }
    return new Calibration(
        goodImages,
        images,
        rate,
        rate.guaranteedRate(rate.rank(goodImages), goodImages),
        crossFitting,
        mix);
  }

  /**
   * Requires that the images guarantee a rate of a mix, if there is one.
   *
   * @throws IllegalArgumentException saying which group has too few, and how many it takes
   */
  void requireEnough(FalseAlarmRate rate) {
    if (mix != null) {
      mix.requireEnough(images.stream().map(CalibrationImage::group).toList(), rate);
    }
  }

  /**
   * Returns the latent statistics of the images that are above the threshold, and not in the guard
   * band: like the parts that the line judges good, they were judged good. With a mix they are as
   * many of each group as it has: every so many of the group's, from the smallest number to the
   * largest.
   *
   * @param count number of statistics; images with another number, from older files, are left out
   * @param band around the threshold
   */
  public List<List<Double>> goodPartStatistics(int count, GuardBand band) {
    return goodParts(band).stream()
        .map(CalibrationImage::latentStatistics)
        .filter(statistics -> statistics != null && statistics.size() == count)
        .toList();
  }

  /**
   * Returns the inputs of the same images as {@link #goodPartStatistics}, without those of older
   * files, which hold none.
   */
  public List<InputStatistics> goodPartInputs(GuardBand band) {
    return goodParts(band).stream().map(CalibrationImage::input).filter(Objects::nonNull).toList();
  }

  private List<CalibrationImage> goodParts(GuardBand band) {
    double goodFrom = band.goodFrom(log10Epsilon());
    List<CalibrationImage> good =
        images.stream().skip(rank()).filter(image -> image.minLog10Nfa() >= goodFrom).toList();
    return mix == null ? good : inMix(good);
  }

  private List<CalibrationImage> inMix(List<CalibrationImage> good) {
    Map<String, List<CalibrationImage>> byGroup =
        good.stream().collect(Collectors.groupingBy(CalibrationImage::group));
    double all = Double.POSITIVE_INFINITY; // so many images of the mix can be had
    for (Map.Entry<String, Double> share : mix.shares().entrySet()) {
      all =
          Math.min(all, byGroup.getOrDefault(share.getKey(), List.of()).size() / share.getValue());
    }
    List<CalibrationImage> taken = new ArrayList<>();
    for (Map.Entry<String, Double> share : mix.shares().entrySet()) {
      List<CalibrationImage> group = byGroup.getOrDefault(share.getKey(), List.of());
      int count = (int) Math.floor(all * share.getValue() + 1e-9);
      for (int i = 0; i < count; i++) {
        taken.add(group.get((int) ((i + 0.5) * group.size() / count)));
      }
    }
    return taken;
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
    if (mix != null) {
      return 0; // no calibration is made with fewer
    }
    return Math.max(0, requested.imagesNeeded() - goodImages);
  }
}
