package dev.flowline.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds photos of one and the same part among images: saved again, in another light, with other
 * noise, or slightly moved. Parts of one production are alike too, so two images are
 * near-duplicates only if they are far more alike than the images of this set usually are: their
 * {@linkplain Fingerprint#distance distance} is at most 3 % of its spacing, which is the median
 * distance of an image to its tenth neighbour. If every part was photographed more than ten times,
 * the spacing is that of the photos of one part, and nothing is found.
 *
 * <p>The neighbours are those of the spectra, see {@link SpectrumNeighbours}.
 */
final class NearDuplicates {
  /** The largest distance of near-duplicates, as a share of the spacing. */
  private static final double SHARE_OF_SPACING = 0.03;

  /** The largest distance within a group, as a multiple of that: groups are no long chains. */
  private static final double WIDEST_GROUP = 4;

  private static final int CANDIDATES = 20; // by spectrum, of which the distances are measured
  private static final int NEIGHBOUR = 10;

  /** The number of images from which on the spacing of a set is known. */
  private static final int LEAST_IMAGES = 5;

  private final List<Fingerprint> prints; // null for a constant image

  private NearDuplicates(List<Fingerprint> prints) {
    this.prints = prints;
  }

  /** Two images, by their numbers, and their distance. */
  private record Pair(int first, int second, double distance) {}

  /**
   * Returns the groups of two or more images that are near-duplicates, by their numbers, ascending.
   *
   * @param prints of the images; null for a constant image, which is in no group
   */
  static List<List<Integer>> among(List<Fingerprint> prints) {
    return new NearDuplicates(prints).groups();
  }

  private List<List<Integer>> groups() {
    int[] shown =
        IntStream.range(0, prints.size()).filter(image -> prints.get(image) != null).toArray();
    if (shown.length < LEAST_IMAGES) {
      return List.of();
    }
    List<List<Pair>> neighbours = neighbours(shown, Math.min(CANDIDATES, (shown.length - 1) / 2));
    double most = SHARE_OF_SPACING * spacing(neighbours);
    List<Pair> close =
        neighbours.stream()
            .flatMap(List::stream)
            .filter(pair -> pair.distance <= most)
            .sorted(
                Comparator.comparingDouble(Pair::distance)
                    .thenComparingInt(Pair::first)
                    .thenComparingInt(Pair::second))
            .toList();
    return merged(close, WIDEST_GROUP * most);
  }

  /** Returns the nearest neighbours by spectrum of each image, with their distances. */
  private List<List<Pair>> neighbours(int[] images, int count) {
    List<Fingerprint> shown = Arrays.stream(images).mapToObj(prints::get).toList();
    SpectrumNeighbours nearest = new SpectrumNeighbours(shown, count);
    return IntStream.range(0, images.length)
        .parallel()
        .mapToObj(
            place ->
                Arrays.stream(nearest.of(place))
                    .mapToObj(other -> pair(images[place], images[other]))
                    .toList())
        .toList();
  }

  private Pair pair(int one, int other) {
    int first = Math.min(one, other);
    int second = Math.max(one, other);
    return new Pair(first, second, prints.get(first).distance(prints.get(second)));
  }

  /** Returns the median distance of the images to their tenth neighbour. */
  private static double spacing(List<List<Pair>> neighbours) {
    double[] tenth =
        neighbours.stream()
            .mapToDouble(
                pairs ->
                    pairs.stream()
                        .mapToDouble(Pair::distance)
                        .sorted()
                        .limit(NEIGHBOUR)
                        .max()
                        .orElse(0))
            .sorted()
            .toArray();
    return tenth[tenth.length / 2];
  }

  /** Merges close pairs, the closest first, into groups whose images are all near one another. */
  private List<List<Integer>> merged(List<Pair> close, double widest) {
    List<List<Integer>> groupOf = new ArrayList<>();
    for (int image = 0; image < prints.size(); image++) {
      groupOf.add(new ArrayList<>(List.of(image)));
    }
    for (Pair pair : close) {
      List<Integer> one = groupOf.get(pair.first);
      List<Integer> other = groupOf.get(pair.second);
      if (one != other && near(one, other, widest)) {
        one.addAll(other);
        other.forEach(image -> groupOf.set(image, one));
      }
    }
    return IntStream.range(0, groupOf.size())
        .filter(image -> groupOf.get(image).size() > 1)
        .filter(image -> Collections.min(groupOf.get(image)) == image)
        .mapToObj(image -> groupOf.get(image).stream().sorted().toList())
        .toList();
  }

  private boolean near(List<Integer> some, List<Integer> others, double widest) {
    return some.stream()
        .allMatch(one -> others.stream().allMatch(other -> pair(one, other).distance() <= widest));
  }
}
