package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flowline.metrics.FalseAlarmRate;
import java.util.List;

/**
 * Where a model's log10Epsilon comes from: n good images that did nothing else. It is the j-th
 * smallest of their smallest log10NFA, before interpolation, so that it is valid for maps of every
 * size; what it promises rests on no model of the latents, see {@link FalseAlarmRate}.
 *
 * @param images n, at least one
 * @param asked the rate of false-alarm images that was asked for
 * @param falseAlarmRate what can be promised: at most what was asked for, unless the images are too
 *     few
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Calibration(
    List<CalibrationImage> images, FalseAlarmRate asked, double falseAlarmRate) {
  public Calibration {
    images = List.copyOf(images);
    if (images.isEmpty()) {
      throw new IllegalArgumentException("a calibration takes at least one good image");
    }
  }

  /** Of files of before, log10Epsilon was the smallest of all. */
  @JsonCreator
  static Calibration read(
      @JsonProperty("images") List<CalibrationImage> images,
      @JsonProperty("asked") FalseAlarmRate asked,
      @JsonProperty("falseAlarmRate") double falseAlarmRate,
      @JsonProperty("goodImages") int goodImages,
      @JsonProperty("smallestLog10Nfa") double smallestLog10Nfa) {
    if (images != null) {
      return new Calibration(images, asked, falseAlarmRate);
    }
    double rate = 1.0 / (goodImages + 1);
    return new Calibration(
        List.of(new CalibrationImage(smallestLog10Nfa, null)),
        new FalseAlarmRate(rate, null),
        rate);
  }

  /** The threshold that promises a rate, or as little as can be promised. */
  public static Calibration of(List<CalibrationImage> images, FalseAlarmRate asked) {
    int rank = Math.max(1, asked.rank(images.size()));
    return new Calibration(images, asked, asked.promised(rank, images.size()));
  }

  /** n. */
  public int goodImages() {
    return images.size();
  }

  /** What is strictly below it alarms. */
  public double log10Epsilon() {
    return log10Epsilon(asked);
  }

  /** For another rate, or as little as these images can promise. */
  public double log10Epsilon(FalseAlarmRate rate) {
    int rank = Math.max(1, rate.rank(images.size()));
    return images.stream()
        .mapToDouble(CalibrationImage::smallestLog10Nfa)
        .sorted()
        .skip(rank - 1L)
        .findFirst()
        .orElseThrow();
  }

  /** How many good images more it takes for what was asked; 0 for none. */
  public int imagesMissing() {
    return Math.max(0, asked.imagesNeeded() - images.size());
  }
}
