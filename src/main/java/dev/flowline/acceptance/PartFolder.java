package dev.flowline.acceptance;

import dev.flowline.data.Sample;
import dev.flowline.io.FileFault;
import dev.flowline.io.FileKind;
import dev.flowline.io.FileNames;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.ListedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder of labelled parts. {@code good/PART/} holds the images of a good part, one per trial,
 * and {@code TYPE/PART/} those of a defective one, whatever the type is called. An image directly
 * in {@code good/} or {@code TYPE/} is a part with one trial.
 *
 * @param parts at least one good and one defective part, sorted by name
 * @param files all that was listed
 * @param masks number of images in folders of masks, which are no parts
 */
public record PartFolder(List<LabelledPart> parts, ImageFiles files, int masks) {
  private static final Set<String> OF_MASKS = Set.of("ground_truth", "mask", "masks");
  private static final List<String> OF_DATASETS = List.of("train", "test");

  public PartFolder {
    parts = List.copyOf(parts);
  }

  /**
   * Lists the parts of a folder.
   *
   * @throws IOException naming the folder or file and the way out, if the folder cannot be read, an
   *     image has no label, a part has no image, or parts of one kind are missing
   */
  public static PartFolder list(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw fault(root, Files.exists(root) ? "it is no folder" : "no such folder");
    }
    for (String folder : OF_DATASETS) {
      if (Files.isDirectory(root.resolve(folder))) {
        throw fault(
            root,
            "it is a dataset with a folder %s: name the folder that holds good parts and types of defects, such as %s"
                .formatted(folder, root.resolve("test")));
      }
    }
    ImageFiles files = ImageFiles.list(List.of(root), null);
    Map<String, List<Path>> trials = trials(root, files);
    requireTrials(root, trials.keySet());
    List<LabelledPart> parts = new ArrayList<>();
    trials.forEach(
        (name, images) ->
            parts.add(new LabelledPart(name, !name.startsWith(Sample.GOOD + "/"), images)));
    requireBothKinds(root, parts);
    int images = parts.stream().mapToInt(part -> part.trials().size()).sum();
    return new PartFolder(parts, files, files.images().size() - images);
  }

  /** Returns the images of each part, by its name. */
  private static Map<String, List<Path>> trials(Path root, ImageFiles files) throws IOException {
    Map<String, List<Path>> trials = new TreeMap<>();
    List<Path> unlabelled = new ArrayList<>();
    for (ListedImage image : files.images()) {
      if (image.error() != null) {
        throw fault(
            root,
            image.file().equals(root)
                ? image.error()
                    + ": put good parts into %s, and defective ones into a folder per type of defect"
                        .formatted(root.resolve(Sample.GOOD))
                : image.error());
      }
      Path name = image.name();
      if (OF_MASKS.contains(name.getName(0).toString()) && name.getNameCount() > 1) {
        continue;
      }
      if (name.getNameCount() == 1) {
        unlabelled.add(name);
      } else if (name.getNameCount() > 3) {
        throw fault(
            root,
            "image %s lies too deep: a part is a folder of images in good or in a type of defect"
                .formatted(name));
      } else {
        String part = name.getName(0) + "/" + name.getName(1);
        trials.computeIfAbsent(part, p -> new ArrayList<>()).add(image.file());
      }
    }
    if (!unlabelled.isEmpty()) {
      throw fault(
          root,
          "%s in it have no label: move good parts into %s, and defective ones into a folder per type of defect"
              .formatted(FileNames.of(unlabelled), root.resolve(Sample.GOOD)));
    }
    return trials;
  }

  /** Refuses folders of parts that hold no image. */
  private static void requireTrials(Path root, Set<String> parts) throws IOException {
    for (Path type : folders(root)) {
      if (OF_MASKS.contains(type.getFileName().toString())) {
        continue;
      }
      for (Path part : folders(type)) {
        if (!parts.contains(type.getFileName() + "/" + part.getFileName())) {
          throw fault(root, "part %s has no image: it takes one per trial".formatted(part));
        }
      }
    }
  }

  private static List<Path> folders(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> Files.isDirectory(entry) && !FileKind.isLeftBehind(entry))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new IOException("cannot list folder " + folder + ": " + FileFault.of(e), e);
    }
  }

  private static void requireBothKinds(Path root, List<LabelledPart> parts) throws IOException {
    boolean defective = parts.stream().anyMatch(LabelledPart::defective);
    boolean good = parts.stream().anyMatch(part -> !part.defective());
    List<Path> names = folders(root).stream().map(Path::getFileName).toList();
    if (!good) {
      throw fault(
          root,
          "it has no good part: put good parts into %s%s"
              .formatted(
                  root.resolve(Sample.GOOD),
                  names.isEmpty() ? "" : ", what lies there is " + FileNames.of(names)));
    }
    if (!defective) {
      throw fault(
          root,
          "it has no defective part: put them into a folder per type of defect, such as %s"
              .formatted(root.resolve("scratch")));
    }
  }

  private static IOException fault(Path root, String why) {
    return new IOException("cannot read parts of " + root + ": " + why);
  }
}
