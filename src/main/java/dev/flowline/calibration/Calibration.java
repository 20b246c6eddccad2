package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;

/**
 * Where a model's log10Epsilon comes from: n good images that did nothing else. It is the j-th
 * smallest of their smallest log10NFA, before interpolation, so that it is valid for maps of every
 * size; what it promises rests on no model of the latents, see {@link FalseAlarmRate}.
 *
 * @param goodImages n, at least one
 * @param images the strongest of them, by smallest log10NFA ascending: all n, or of model files
 *     before format 3 the first alone
 * @param asked the rate of false-alarm images that was asked for
 * @param promised what can be promised: at most what was asked for, unless the images are too few
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Calibration(
    int goodImages, List<CalibrationImage> images, FalseAlarmRate asked, double promised) {
  public Calibration {
    images =
        images.stream()
            .sorted(Comparator.comparingDouble(CalibrationImage::smallestLog10Nfa))
            .toList();
    if (images.isEmpty() || images.size() > goodImages) {
      throw new IllegalArgumentException(
          "a calibration takes at least one good image and knows of no more than there are, got %d of %d"
              .formatted(images.size(), goodImages));
    }
  }

  /** In files of before, log10Epsilon was the smallest of all, and that one alone was kept. */
  @JsonCreator
  static Calibration read(
      @JsonProperty("goodImages") int goodImages,
      @JsonProperty("images") List<CalibrationImage> images,
      @JsonProperty("asked") FalseAlarmRate asked,
      @JsonProperty("promised") @JsonAlias("falseAlarmRate") double promised,
      @JsonProperty("smallestLog10Nfa") double smallestLog10Nfa) {
    if (images != null) {
      return new Calibration(Math.max(goodImages, images.size()), images, asked, promised);
    }
    double rate = 1.0 / (goodImages + 1);
    return new Calibration(
        goodImages,
        List.of(new CalibrationImage(smallestLog10Nfa, null)),
        new FalseAlarmRate(rate, null),
        rate);
  }

  /** The threshold that promises a rate, or as little as can be promised. */
  public static Calibration of(List<CalibrationImage> images, FalseAlarmRate asked) {
    int rank = Math.max(1, asked.rank(images.size()));
    return new Calibration(images.size(), images, asked, asked.promised(rank, images.size()));
  }

  /** j: as many of the images are not above the threshold. */
  public int rank() {
    return Math.max(1, asked.rank(goodImages));
  }

  /** What is strictly below it alarms. */
  public double log10Epsilon() {
    return images.get(rank() - 1).smallestLog10Nfa();
  }

  /** Whether there are images enough to promise a rate, and their threshold is known. */
  public boolean promises(FalseAlarmRate rate) {
    int rank = rate.rank(goodImages);
    return rank > 0 && rank <= images.size();
  }

  /** For the same images and another rate, which {@link #promises} says they can promise. */
  public Calibration at(FalseAlarmRate rate) {
    if (!promises(rate)) {
      throw new IllegalArgumentException(goodImages + " good images do not promise " + rate);
    }
    return new Calibration(
        goodImages, images, rate, rate.promised(rate.rank(goodImages), goodImages));
  }

  /**
   * Returns the latent statistics of those images that are as exchangeable with parts judged good
   * as images can be: judged good, too, and without those up to the one that is the threshold.
   *
   * @param count of the statistics that are known now; other ones, of older files, are left out
   */
  public List<List<Double>> goodPartStatistics(int count) {
    return images.stream()
        .skip(rank())
        .map(CalibrationImage::latentStatistics)
        .filter(statistics -> statistics != null && statistics.size() == count)
        .toList();
  }

  /** How many good images more it takes for what was asked; 0 for none. */
  public int imagesMissing() {
    return Math.max(0, asked.imagesNeeded() - goodImages);
  }
}
