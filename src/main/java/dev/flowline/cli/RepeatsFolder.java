package dev.flowline.cli;

import dev.flowline.data.ImageDigests;
import dev.flowline.data.Sample;
import dev.flowline.io.FileNames;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.ListedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder of repeats: {@code PART/} holds the images that were taken of one part, one after the
 * other.
 *
 * @param parts the images of each part, by its name; at least two parts of two images each
 * @param digests of all images
 */
record RepeatsFolder(Map<String, List<Sample>> parts, List<String> digests) {
  /** The folder without parts. */
  static final RepeatsFolder NONE = new RepeatsFolder(Map.of(), List.of());

  /**
   * Lists the parts of a folder and prints what is left out.
   *
   * @throws IOException naming folder or file and the way out, if there are no parts, one is
   *     without a repeat, or two files are copies of one image
   */
  static RepeatsFolder of(Path root, CommonOptions common) throws IOException {
    if (!Files.isDirectory(root)) {
      throw fault(root, Files.exists(root) ? "it is no folder" : "no such folder");
    }
    ImageFiles listed = ImageFiles.list(List.of(root), null);
    LeftOutFiles.print(listed, common);
    Map<String, List<Sample>> parts = new LinkedHashMap<>();
    List<Path> inNoPart = new ArrayList<>();
    for (ListedImage image : listed.images()) {
      if (image.error() != null) {
        throw fault(
            root,
            image.file().equals(root)
                ? "it holds no image: put the images of each part into a folder of its own"
                : image.error());
      }
      if (image.name().getNameCount() != 2) {
        inNoPart.add(image.name());
        continue;
      }
      parts
          .computeIfAbsent(image.name().getName(0).toString(), name -> new ArrayList<>())
          .add(Sample.good(image.file()));
    }
    if (!inNoPart.isEmpty()) {
      throw fault(
          root,
          "%s: which part each shows is not known. Put the images of each part into a folder of its own, such as %s"
              .formatted(FileNames.of(inNoPart), root.resolve("part1")));
    }
    requireRepeats(root, parts);
    return new RepeatsFolder(parts, digests(root, parts));
  }

  private static void requireRepeats(Path root, Map<String, List<Sample>> parts)
      throws IOException {
    List<String> single =
        parts.entrySet().stream()
            .filter(part -> part.getValue().size() < 2)
            .map(Map.Entry::getKey)
            .toList();
    if (!single.isEmpty()) {
      throw fault(
          root,
          "%s of %s parts have one image, such as %s: a repeat is another image of the same part. Take each at least twice"
              .formatted(single.size(), parts.size(), single.get(0)));
    }
    if (parts.size() < 2) {
      throw fault(
          root,
          "it holds one part, %s: how one part repeats says nothing of others. Add parts, best some that are hard to decide"
              .formatted(parts.keySet().iterator().next()));
    }
  }

  private static List<String> digests(Path root, Map<String, List<Sample>> parts)
      throws IOException {
    Map<String, Path> seen = new LinkedHashMap<>();
    for (List<Sample> images : parts.values()) {
      for (Sample image : images) {
        Path other = seen.putIfAbsent(ImageDigests.of(image.image()), image.image());
        if (other != null) {
          throw fault(
              root,
              "%s and %s are copies of one image: a copy repeats nothing. Take the part again"
                  .formatted(root.relativize(other), root.relativize(image.image())));
        }
      }
    }
    return List.copyOf(seen.keySet());
  }

  /** Returns all images, those of a part after each other. */
  List<Sample> samples() {
    return parts.values().stream().flatMap(List::stream).toList();
  }

  private static IOException fault(Path root, String why) {
    return new IOException("cannot read repeats of " + root + ": " + why);
  }
}
