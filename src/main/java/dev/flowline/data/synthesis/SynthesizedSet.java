package dev.flowline.data.synthesis;

import dev.flowline.data.Sample;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.ImagesDone;
import dev.flowline.random.SplitMix64;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A category in the layout of MVTec AD whose defects are made up: {@code train/good}, copies of
 * good images; {@code test/good}, further good images; and {@code test/<kind>} with {@code
 * ground_truth/<kind>}, anomalies made on those. The same arguments give the same files.
 *
 * @param kinds of anomalies; those of an image take them in turn
 * @param perImage anomalies by good image
 * @param height of all images; 0 to keep each one's size
 * @param width likewise
 */
public record SynthesizedSet(
    AnomalySynthesis synthesis,
    List<AnomalyKind> kinds,
    int perImage,
    long seed,
    int height,
    int width) {
  /**
   * A good image, what was made of it and where.
   *
   * @param good file
   * @param anomaly file of the same size
   * @param mask file, 255 where the anomaly is
   */
  public record Pair(Path good, Path anomaly, Path mask, AnomalyKind kind) {}

  /**
   * @throws IllegalArgumentException if there is no kind, or a number is out of its bounds
   */
  public SynthesizedSet {
    Objects.requireNonNull(synthesis, "synthesis");
    kinds = List.copyOf(kinds);
    if (kinds.isEmpty() || perImage < 1 || height < 0 || width < 0) {
      throw new IllegalArgumentException(
          "kinds must be at least one, perImage at least 1, height and width at least 0, got %s, %d, %d, %d"
              .formatted(kinds, perImage, height, width));
    }
  }

  /** The number of images in a set, masks not counted. */
  public int images(List<Sample> train, List<Sample> good) {
    return train.size() + good.size() * (1 + perImage);
  }

  /**
   * Writes beside the folder and renames: it is there whole or not at all.
   *
   * @param folder of the category; must not exist or be empty
   * @param train good images that are copied
   * @param good images that anomalies are made on
   * @return the pairs, in the order of the good images
   * @throws IOException naming the file that cannot be read or written, or the folder that is there
   */
  public List<Pair> write(Path folder, List<Sample> train, List<Sample> good, ImagesDone progress)
      throws IOException {
    Path unfinished = folder.resolveSibling("." + folder.getFileName() + ".unfinished");
    requireEmpty(folder);
    delete(unfinished);
    Runnable done = progress.counter(images(train, good));
    try {
      Files.createDirectory(unfinished); // never one that a link leads to
      each(train.size(), i -> copy(train.get(i), unfinished.resolve("train/good"), i, done));
      List<List<Pair>> pairs =
          each(good.size(), i -> make(good.get(i).image(), unfinished, folder, i, done));
      Files.deleteIfExists(folder);
      Files.move(unfinished, folder);
      return pairs.stream().flatMap(List::stream).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      delete(unfinished);
    }
  }

  private interface Work<T> {
    T of(int index) throws IOException;
  }

  private static <T> List<T> each(int count, Work<T> work) {
    return IntStream.range(0, count)
        .parallel()
        .mapToObj(
            index -> {
              try {
                return work.of(index);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  private Path copy(Sample sample, Path into, int index, Runnable done) throws IOException {
    Path copy = into.resolve(name(index, ".png"));
    Images.writePng(copy, read(sample.image()));
    done.run();
    return copy;
  }

  private List<Pair> make(Path file, Path unfinished, Path folder, int index, Runnable done)
      throws IOException {
    Image good = read(file);
    Path same = Path.of("test/good", name(index, ".png"));
    Images.writePng(unfinished.resolve(same), good);
    done.run();
    Pair[] pairs = new Pair[perImage];
    for (int n = 0; n < perImage; n++) {
      AnomalyKind kind = kinds.get((index * perImage + n) % kinds.size());
      long drawn = SplitMix64.of(seed, index, n).nextLong();
      SynthesizedAnomaly made = synthesis.apply(good, drawn, kind);
      String stem = name(index, perImage == 1 ? "" : "-" + n);
      Path image = Path.of("test", kind.label(), stem + ".png");
      Path mask = Path.of("ground_truth", kind.label(), stem + "_mask.png");
      Images.writePng(unfinished.resolve(image), made.image());
      Images.writePng(unfinished.resolve(mask), made.maskImage());
      pairs[n] = new Pair(folder.resolve(same), folder.resolve(image), folder.resolve(mask), kind);
      done.run();
    }
    return List.of(pairs);
  }

  private Image read(Path file) throws IOException {
    Image image = Images.read(file);
    return height == 0 ? image : image.resized(height, width);
  }

  private static String name(int index, String suffix) {
    return "%04d%s".formatted(index, suffix);
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw new IOException(folder + " is not empty: name another folder, or delete it");
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path entry : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(entry);
        }
      }
    }
  }
}
