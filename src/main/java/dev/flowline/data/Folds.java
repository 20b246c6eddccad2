package dev.flowline.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The division of n images into K folds. Each image is in one fold, and images of one group are in
 * the same one: what is measured on a fold is not measured on twins of what was learned from the
 * others.
 *
 * @param held the images of each fold, by number, ascending; no fold is empty
 */
public record Folds(List<List<Integer>> held) {
  public Folds {
    held = held.stream().map(List::copyOf).toList();
    List<Integer> all = held.stream().flatMap(List::stream).sorted().toList();
    boolean empty = held.stream().anyMatch(List::isEmpty);
    if (held.size() < 2 || empty || !all.equals(IntStream.range(0, all.size()).boxed().toList())) {
      throw new IllegalArgumentException(
          "held must be at least 2 folds that hold each of the images 0 to n - 1 once, got "
              + held);
    }
  }

  /**
   * Divides images at random: the same for the same groups and seed. The folds are as even as the
   * groups allow.
   *
   * @param groups the group of each image, in their order; an image on its own has one of its own
   * @param folds K, at least 2
   * @throws IllegalArgumentException if there are fewer groups than folds
   */
  public static Folds of(List<?> groups, int folds, long seed) {
    Map<Object, List<Integer>> members = new LinkedHashMap<>();
    for (int image = 0; image < groups.size(); image++) {
      members.computeIfAbsent(groups.get(image), group -> new ArrayList<>()).add(image);
    }
    if (folds < 2 || members.size() < folds) {
      throw new IllegalArgumentException(
          "folds must be 2 to the number of images that differ, %s, got %s"
              .formatted(members.size(), folds));
    }
    List<List<Integer>> drawn = new ArrayList<>(members.values());
    Collections.shuffle(drawn, new Random(seed));
    drawn.sort(Comparator.comparing(group -> -group.size())); // stable: otherwise as drawn
    List<List<Integer>> held = new ArrayList<>();
    IntStream.range(0, folds).forEach(fold -> held.add(new ArrayList<>()));
    for (List<Integer> group : drawn) {
      Collections.min(held, Comparator.comparing(List::size)).addAll(group);
    }
    held.forEach(Collections::sort);
    return new Folds(held);
  }

  /** Returns K, the number of folds. */
  public int count() {
    return held.size();
  }

  /** Returns n, the number of images. */
  public int images() {
    return held.stream().mapToInt(List::size).sum();
  }

  /** Returns the images of all folds but one, ascending. */
  public List<Integer> outside(int fold) {
    return IntStream.range(0, count())
        .filter(other -> other != fold)
        .boxed()
        .flatMap(other -> held.get(other).stream())
        .sorted()
        .toList();
  }

  /** Returns the largest number of images that one fold holds. */
  public int largest() {
    return held.stream().mapToInt(List::size).max().orElseThrow();
  }
}
