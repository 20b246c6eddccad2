package dev.flowline.calibration;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.flowline.io.OneLine;
import dev.flowline.page.Numbers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The mix in which groups of parts will come, such as products or lights, if it is known and is not
 * that of the calibration images. Each of the n_g images of a group with the share p_g has the
 * weight p_g / n_g. A part, whose group need not be known, has the largest of these weights, w, and
 * alarms if the images that are at least as anomalous have at most the weight rate · (1 + w) − w:
 * weighted split conformal prediction (Tibshirani, Foygel Barber, Candès, Ramdas 2019).
 *
 * @param shares above 0, by the names of the groups; they add up to 1
 */
public record GroupMix(Map<String, Double> shares) {
  private static final double ROUNDING = 1e-6;
  private static final int MOST = 1000;

  /**
   * Makes a mix, which may come from anybody.
   *
   * @throws IllegalArgumentException if the shares do not add up to 1, or a name is no line
   */
  @JsonCreator
  public GroupMix {
    Objects.requireNonNull(shares, "shares");
    if (shares.isEmpty() || shares.size() > MOST) {
      throw new IllegalArgumentException(
          "a mix must have 1 to %s groups, got %s".formatted(MOST, shares.size()));
    }
    double sum = 0;
    for (Entry<String, Double> share : shares.entrySet()) {
      if (share.getKey().isBlank() || !OneLine.fits(share.getKey())) {
        throw new IllegalArgumentException("the name of a group must be a line");
      }
      if (share.getValue() == null || !(share.getValue() > 0 && share.getValue() <= 1)) {
        throw new IllegalArgumentException(
            "the share of group %s must be above 0 and at most 1, got %s"
                .formatted(share.getKey(), share.getValue()));
      }
      sum += share.getValue();
    }
    if (!(Math.abs(sum - 1) < ROUNDING)) {
      throw new IllegalArgumentException("the shares of a mix must add up to 1, got " + sum);
    }
    shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
  }

  @JsonValue
  @Override
  public Map<String, Double> shares() {
    return shares;
  }

  /**
   * Returns the weight of each image; their sum is 1.
   *
   * @param groups of the images
   * @throws IllegalArgumentException if one is not in the mix, or a group of the mix has no image
   */
  public double[] weights(List<String> groups) {
    Map<String, Long> counts =
        groups.stream().collect(Collectors.groupingBy(String::valueOf, Collectors.counting()));
    for (String group : counts.keySet()) {
      if (!shares.containsKey(group)) {
        throw new IllegalArgumentException(
            "%s are of group %s, which the mix does not name"
                .formatted(Numbers.count(counts.get(group).intValue(), "image"), group));
      }
    }
    for (String group : shares.keySet()) {
      if (!counts.containsKey(group)) {
        throw new IllegalArgumentException(
            "no image is of group "
                + group
                + " of the mix: leave it out of --mix, or give images of it");
      }
    }
    return groups.stream().mapToDouble(group -> shares.get(group) / counts.get(group)).toArray();
  }

  /**
   * Requires that images can guarantee a rate with this mix.
   *
   * @param groups of the images
   * @throws IllegalArgumentException if they cannot, or are not those of the mix
   */
  public void requireEnough(List<String> groups, FalseAlarmRate rate) {
    if (rate.confidence() != null) {
      throw new IllegalArgumentException(
          "a mix guarantees a rate on average: leave out --confidence");
    }
    double[] weights = weights(groups);
    if (new WeightedRanks(weights).rank(rate.rate()) > 0) {
      return;
    }
    String heaviest = null;
    for (String group : shares.keySet()) {
      heaviest =
          heaviest == null || weight(group, groups) > weight(heaviest, groups) ? group : heaviest;
    }
    int has = (int) (shares.get(heaviest) / weight(heaviest, groups) + 0.5);
    throw new IllegalArgumentException(
        "%s of group %s, which is %s of the mix, are too few to guarantee %s: it takes %s"
            .formatted(
                Numbers.count(has, "image"),
                heaviest,
                Numbers.percent(shares.get(heaviest)),
                Numbers.percent(rate.rate()),
                (int) Math.ceil(shares.get(heaviest) * (1 / rate.rate() - 1) - ROUNDING)));
  }

  private double weight(String group, List<String> groups) {
    return shares.get(group) / groups.stream().filter(group::equals).count();
  }

  /** Returns the groups and their shares. */
  public String inWords() {
    return shares.entrySet().stream()
        .map(share -> share.getKey() + " " + Numbers.percent(share.getValue()))
        .collect(Collectors.joining(", "));
  }
}
