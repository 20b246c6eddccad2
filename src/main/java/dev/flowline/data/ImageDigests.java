package dev.flowline.data;

import dev.flowline.io.ContentDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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

  /**
   * Returns the files of some images and of their copies, which have the same bytes.
   *
   * @param images files, as the samples name them
   * @param samples among which copies are looked for
   * @throws IOException naming the file, if one cannot be read
   */
  public static Set<Path> withCopies(Set<Path> images, List<Sample> samples) throws IOException {
    Set<Path> all = new HashSet<>(images);
    Set<String> digests = new HashSet<>();
    for (Path image : images) {
      digests.add(of(image));
    }
    for (Sample sample : samples) {
      if (!digests.isEmpty() && digests.contains(of(sample.image()))) {
        all.add(sample.image());
      }
    }
    return all;
  }

  /**
   * Returns one digest for all images: SHA-256 of their digests, sorted, each with a line feed
   * behind it; 64 hexadecimal digits.
   */
  public static String together(Collection<String> digests) {
    String lines =
        digests.stream().sorted().map(digest -> digest + "\n").collect(Collectors.joining());
    return ContentDigest.of(ByteBuffer.wrap(lines.getBytes(StandardCharsets.US_ASCII)));
  }
}
