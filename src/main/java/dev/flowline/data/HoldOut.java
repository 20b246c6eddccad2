package dev.flowline.data;

import dev.flowline.io.ContentDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The choice of the good images that are held out for the test: about a fifth, each by its own
 * content, so that an image nearly always stays where it is if others are added, removed or
 * renamed.
 *
 * <p>Held out are the images whose SHA-256, taken for a number in [0, 1), is below 1/5. Both sides
 * need one image at least, so there are two exceptions:
 *
 * <ul>
 *   <li>None is below 1/5, as of one in three folders of five images and one in a hundred of
 *       twenty: the image with the lowest is held out. One that is added with a lower number takes
 *       its place, and it goes back to training.
 *   <li>All are below 1/5, as of one in three thousand folders of five images: all but the one with
 *       the highest are held out. This one moves to the test as soon as an image with a higher
 *       number is added.
 * </ul>
 *
 * <p>So images that are added to five or more move no other one from training to the test, except
 * for that one. A model records what it was trained on, and an evaluation leaves it out.
 */
final class HoldOut {
  /** The fewest images of which any are held out. */
  static final int LEAST_IMAGES = 5;

  /** The hexadecimal digits of 1/5. */
  private static final String ONE_FIFTH = "3".repeat(64);

  private HoldOut() {}

  /**
   * Returns the images that are held out. Copies of one image are held out together, or none.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  static Set<Path> of(List<Path> images) throws IOException {
    if (images.size() < LEAST_IMAGES) {
      return Set.of();
    }
    Map<Path, String> digests = new LinkedHashMap<>();
    for (Path image : images) {
      digests.put(image, ContentDigest.of(image));
    }
    Set<String> chosen = chosen(new TreeSet<>(digests.values()));
    return images.stream()
        .filter(image -> chosen.contains(digests.get(image)))
        .collect(Collectors.toSet());
  }

  /** Returns those of some digests whose images are held out: never all of them. */
  static Set<String> chosen(TreeSet<String> digests) {
    if (digests.size() < 2) {
      return Set.of();
    }
    Set<String> below = digests.headSet(ONE_FIFTH);
    if (below.isEmpty()) {
      return Set.of(digests.first());
    }
    return below.size() < digests.size() ? below : digests.headSet(digests.last());
  }
}
