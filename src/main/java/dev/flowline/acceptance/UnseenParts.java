package dev.flowline.acceptance;

import dev.flowline.data.ImageDigests;
import dev.flowline.io.FileNames;
import dev.flowline.io.ImagesDone;
import dev.flowline.model.KnownImages;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The check that every image of a study is a picture of its own that the model has not used. */
public final class UnseenParts {
  private UnseenParts() {}

  /**
   * Compares the images by their digests.
   *
   * @param known the images that the model has used
   * @param read hears of each image
   * @throws IllegalArgumentException naming the images and the way out, if two are the same file
   *     content, or the model knows some
   * @throws IOException naming the file, if one cannot be read
   */
  public static void require(List<LabelledPart> parts, KnownImages known, ImagesDone read)
      throws IOException {
    Map<String, Path> seen = new HashMap<>();
    List<Path> used = new ArrayList<>();
    int all = parts.stream().mapToInt(part -> part.trials().size()).sum();
    int done = 0;
    for (LabelledPart part : parts) {
      for (Path image : part.trials()) {
        String digest = ImageDigests.of(image);
        Path other = seen.put(digest, image);
        if (other != null) {
          throw new IllegalArgumentException(
              "%s is a copy of %s: each trial takes a new picture of the part, so leave one of them out"
                  .formatted(image, other));
        }
        if (known.digests().contains(digest)) {
          used.add(image);
        }
        read.report(++done, all);
      }
    }
    if (!used.isEmpty()) {
      throw new IllegalArgumentException(
          "%s used in %s of the model, which proves nothing on them (%s): take parts that it has not seen"
              .formatted(
                  Numbers.count(used.size(), "image") + (used.size() == 1 ? " was" : " were"),
                  known.use(),
                  FileNames.of(used)));
    }
  }
}
