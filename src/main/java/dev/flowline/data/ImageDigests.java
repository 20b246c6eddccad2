package dev.flowline.data;

import dev.flowline.io.ContentDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The digests of image files: the first 32 hexadecimal digits that {@code sha256sum} prints of a
 * file. Files with the same bytes have the same digest, whatever their names are.
 */
public final class ImageDigests {
  /** The number of hexadecimal digits. */
  public static final int LENGTH = 32;

  private ImageDigests() {}

  /**
   * Returns the digest of a file.
   *
   * @throws IOException naming the file, if it cannot be read
   */
  public static String of(Path file) throws IOException {
    return ContentDigest.of(file).substring(0, LENGTH);
  }

  /**
   * Returns the digest of each image, in their order.
   *
   * @throws IOException naming the file, if one cannot be read
   */
  public static List<String> of(List<Sample> samples) throws IOException {
    List<String> digests = new ArrayList<>();
    for (Sample sample : samples) {
      digests.add(of(sample.image()));
    }
    return digests;
  }
}
