package dev.flowline.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The Pareto front of things that take a time and have a quality: those that no other one beats in
 * both at once.
 *
 * @param points those on the front, the fastest first; of equal ones all
 */
public record ParetoFront<T>(List<FrontPoint<T>> points) {
  /**
   * A thing by its time and its quality.
   *
   * @param millis the less the better
   * @param quality the more the better
   */
  public record FrontPoint<T>(T thing, double millis, double quality) {
    private boolean isKnown() {
      return !Double.isNaN(millis) && !Double.isNaN(quality);
    }
  }

  public ParetoFront {
    points = List.copyOf(points);
  }

  /** Returns the front of the things of which both are known. */
  public static <T> ParetoFront<T> of(
      List<T> things, ToDoubleFunction<T> millis, ToDoubleFunction<T> quality) {
    List<FrontPoint<T>> byTime =
        things.stream()
            .map(
                thing ->
                    new FrontPoint<>(
                        thing, millis.applyAsDouble(thing), quality.applyAsDouble(thing)))
            .filter(FrontPoint::isKnown)
            .sorted(
                Comparator.comparingDouble((FrontPoint<T> point) -> point.millis)
                    .thenComparing(point -> point.quality, Comparator.reverseOrder()))
            .toList();
    List<FrontPoint<T>> front = new ArrayList<>();
    for (FrontPoint<T> point : byTime) {
      FrontPoint<T> last = front.isEmpty() ? null : front.get(front.size() - 1);
      boolean equal = last != null && point.millis == last.millis && point.quality == last.quality;
      if (last == null || point.quality > last.quality || equal) {
        front.add(point);
      }
    }
    return new ParetoFront<>(front);
  }

  /** Returns whether a thing is on the front. */
  public boolean contains(T thing) {
    return points.stream().anyMatch(point -> point.thing.equals(thing));
  }

  /** Returns the things on the front, the fastest first. */
  public List<T> things() {
    return points.stream().map(FrontPoint::thing).toList();
  }
}
