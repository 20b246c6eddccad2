package dev.flowline.certificate;

import dev.flowline.page.Numbers;
import java.util.List;

/**
 * The images that a command saw, as one.
 *
 * @param count how many
 * @param sha256 one digest for all, see {@link dev.flowline.data.ImageDigests#together}
 * @param from names of the folders and files that were named, without their paths
 */
public record SeenImages(int count, String sha256, List<String> from) {
  public SeenImages {
    Digits.requireSha256("sha256", sha256);
    if (count < 0) {
      throw new IllegalArgumentException("count must be at least 0, got " + count);
    }
    from = List.copyOf(from);
  }

  /** Returns their number and where they come from. */
  String inWords() {
    return Numbers.count(count, "image") + (from.isEmpty() ? "" : " of " + String.join(", ", from));
  }
}
