package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.function.ToDoubleFunction;

/** A statistic of a model's input, whose range good images have. */
public enum InputStatistic {
  /** The mean of all pixels, in [0, 1]. */
  BRIGHTNESS("brightness", 1, InputStatistics::brightness),
  /** The standard deviation of all pixels, in [0, 0.5]. */
  CONTRAST("contrast", 0.5, InputStatistics::contrast),
  /** The entropy of the histogram of 64 levels, in bits, in [0, 6]. */
  ENTROPY("entropy", 6, InputStatistics::entropy),
  /** The mean of the darkest of 4 × 4 tiles, in [0, 1]. */
  DARKEST_TILE("darkestTile", 1, statistics -> Collections.min(statistics.tiles())),
  /** The mean of the brightest of 4 × 4 tiles, in [0, 1]. */
  BRIGHTEST_TILE("brightestTile", 1, statistics -> Collections.max(statistics.tiles()));

  private final String key;
  private final double highest;
  private final ToDoubleFunction<InputStatistics> value;

  InputStatistic(String key, double highest, ToDoubleFunction<InputStatistics> value) {
    this.key = key;
    this.highest = highest;
    this.value = value;
  }

  /** Returns the name in JSON. */
  @JsonValue
  public String key() {
    return key;
  }

  /** Returns the highest value that any image can have; the lowest is 0. */
  double highest() {
    return highest;
  }

  /** Returns the value of an image. */
  double of(InputStatistics statistics) {
    return value.applyAsDouble(statistics);
  }
}
