package dev.flowline.data;

import dev.flowline.io.Images;
import dev.flowline.io.ImagesDone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The small grey pictures of image files, by which photos of one part are found and images that
 * look alike. They take 17 KB per image.
 */
public final class Fingerprints {
  private final List<Path> files;
  private final List<Fingerprint> prints; // null for a constant image
  private final Map<Path, Fingerprint> byFile = new HashMap<>();

  private Fingerprints(List<Path> files, List<Fingerprint> prints) {
    this.files = List.copyOf(files);
    this.prints = prints;
    for (int image = 0; image < prints.size(); image++) {
      byFile.put(files.get(image), prints.get(image));
    }
  }

  /**
   * Makes the small pictures; decodes each image once, several at once.
   *
   * @param read hears of each image that is decoded
   * @throws IOException naming the file, if one cannot be read
   */
  public static Fingerprints of(List<Path> images, ImagesDone read) throws IOException {
    Runnable one = read.counter(images.size());
    Fingerprint[] prints = new Fingerprint[images.size()];
    try {
      IntStream.range(0, prints.length)
          .parallel()
          .forEach(
              image -> {
                prints[image] = print(images.get(image));
                one.run();
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new Fingerprints(images, Arrays.asList(prints));
  }

  private static Fingerprint print(Path image) {
    try {
      return Fingerprint.of(Images.read(image)).orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the groups of two or more photos of one part, each in the order of the images: saved
   * again, in another light, with other noise, or slightly moved. Images of one colour are in none.
   */
  public List<List<Path>> nearDuplicates() {
    return NearDuplicates.among(prints).stream()
        .map(group -> group.stream().map(files::get).toList())
        .toList();
  }

  /**
   * Returns the images that look most like another one, the most alike first. Their outlines are
   * compared, so that parts which lie in the same direction come before others.
   *
   * @param image one of the files; nothing is like one of a single colour
   * @param among files to choose from; the image itself is not chosen
   */
  public List<Path> mostAlike(Path image, Collection<Path> among, int count) {
    Fingerprint own = byFile.get(image);
    if (own == null) {
      return List.of();
    }
    return among.stream()
        .filter(other -> !other.equals(image) && byFile.get(other) != null)
        .sorted(Comparator.comparingDouble(other -> own.outlineDistance(byFile.get(other))))
        .limit(count)
        .toList();
  }
}
