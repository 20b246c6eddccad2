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
 * content alone, so that an image stays where it is if others are added, removed or renamed.
 *
 * <p>Held out are the images whose SHA-256, taken for a number in [0, 1), is below 1/5. If there is
 * none, it is the image with the lowest; if there is no other, all but the one with the highest.
 * Images that are added to five or more therefore never move another one from training to the test.
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
