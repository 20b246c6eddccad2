package dev.flowline.data;

import dev.flowline.io.FileFault;
import dev.flowline.io.FileNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The images of a dataset that are copies of others, byte by byte. A test image that was learned
 * from shows nothing, and a copy that is held out for the threshold is no new image. Only files of
 * the same size and with the same bytes in their middle are read as a whole.
 */
final class Copies {
  private static final int PROBE_BYTES = 4096;

  private Copies() {}

  /**
   * Returns a dataset with warnings of copies among its training images, and of test images that
   * are training images too.
   *
   * @throws IOException naming the file, if an image cannot be read
   */
  static Dataset warnedOf(Dataset dataset) throws IOException {
    List<String> warnings = new ArrayList<>(dataset.warnings());
    List<Path> train = dataset.train().stream().map(Sample::image).toList();
    List<Path> test = dataset.test().stream().map(Sample::image).toList();
    Set<Path> learnedFrom = Set.copyOf(train);
    List<Path> repeated = new ArrayList<>();
    List<Path> learned = new ArrayList<>();
    for (List<Path> same : identical(Stream.concat(train.stream(), test.stream()).toList())) {
      List<Path> ofTrain = same.stream().filter(learnedFrom::contains).toList();
      if (!ofTrain.isEmpty()) {
        repeated.addAll(ofTrain.subList(1, ofTrain.size()));
        same.stream().filter(file -> !learnedFrom.contains(file)).forEach(learned::add);
      }
    }
    if (train.size() > 1 && repeated.size() == train.size() - 1) {
      warnings.add(
          "all %s training images are copies of one: how good parts differ cannot be learned"
              .formatted(train.size()));
    } else if (!repeated.isEmpty()) {
      warnings.add(
          "%s of %s training images are copies of others, which count as new ones: %s"
              .formatted(repeated.size(), train.size(), FileNames.of(repeated)));
    }
    if (!learned.isEmpty()) {
      warnings.add(
          "%s of %s test images are copies of training images, and figures with them mislead: %s"
              .formatted(learned.size(), test.size(), FileNames.of(learned)));
    }
    return new Dataset(dataset.category(), dataset.train(), dataset.test(), warnings);
  }

  /** Returns the groups of two or more files with the same bytes, each in the order given. */
  private static Collection<List<Path>> identical(List<Path> files) throws IOException {
    Map<Object, List<Path>> bySize = new LinkedHashMap<>();
    for (Path file : files) {
      if (Files.isRegularFile(file)) { // whoever reads a link that leads nowhere reports it
        add(bySize, size(file), file);
      }
    }
    Map<Object, List<Path>> byProbe = new LinkedHashMap<>();
    for (Path file : severalOf(bySize)) {
      add(byProbe, probe(file), file);
    }
    Map<Object, List<Path>> byDigest = new LinkedHashMap<>();
    for (Path file : severalOf(byProbe)) {
      add(byDigest, ImageDigests.of(file), file);
    }
    return byDigest.values().stream().filter(same -> same.size() > 1).toList();
  }

  private static void add(Map<Object, List<Path>> groups, Object key, Path file) {
    groups.computeIfAbsent(key, k -> new ArrayList<>()).add(file);
  }

  private static List<Path> severalOf(Map<Object, List<Path>> groups) {
    return groups.values().stream()
        .filter(group -> group.size() > 1)
        .flatMap(Collection::stream)
        .toList();
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new IOException("cannot read image " + file + ": " + FileFault.of(e), e);
    }
  }

  /** Returns the bytes in the middle of a file, behind the size of the whole. */
  private static List<Object> probe(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      ByteBuffer middle = ByteBuffer.allocate((int) Math.min(size, PROBE_BYTES));
      channel.read(middle, size / 2 - middle.capacity() / 2);
      return List.of(size, middle.flip());
    } catch (IOException e) {
      throw new IOException("cannot read image " + file + ": " + FileFault.of(e), e);
    }
  }
}
