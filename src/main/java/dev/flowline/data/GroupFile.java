package dev.flowline.data;

import dev.flowline.io.CsvTable;
import dev.flowline.io.FileNames;
import dev.flowline.io.OneLine;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A CSV file that says which group each image is of: the columns {@code file} and {@code group}. A
 * file is named by its path, or by the end of it, such as its name alone, if no other image ends
 * so.
 */
public final class GroupFile {
  private static final List<String> COLUMNS = List.of("file", "group");

  /** A line of the file. */
  private record Line(int number, Path named, String group) {}

  private final Path file;
  private final CsvTable table;
  private final Map<Path, List<Line>> byName = new HashMap<>();
  private final Map<Line, Sample> used = new HashMap<>();

  private GroupFile(Path file) throws IOException {
    this.file = file;
    table = new CsvTable("groups", file, COLUMNS);
    for (CsvTable.Row row : table.rows()) {
      Path named = named(table, row);
      byName
          .computeIfAbsent(named.getFileName(), name -> new ArrayList<>())
          .add(new Line(row.line(), named, row.values().get(1)));
    }
  }

  /**
   * Returns the group of each image.
   *
   * @param images each once; the file may name others too
   * @throws IOException naming the file, and the line that is wrong
   * @throws IllegalArgumentException naming an image that no line is for
   */
  public static Function<Sample, String> read(Path file, List<Sample> images) throws IOException {
    return new GroupFile(file).groups(images);
  }

  /**
   * Returns some datasets with their training images in the groups of a file: {@link Split} then
   * keeps them together. What is in a group already joins the groups of its images. The warnings
   * say what follows, of the false-alarm rate and of test images that the file names too.
   *
   * @param file has a line for each training image, and may have lines for others
   * @throws IOException naming the file, and the line that is wrong
   * @throws IllegalArgumentException naming a training image that no line is for
   */
  public static List<Dataset> over(Path file, List<Dataset> datasets) throws IOException {
    GroupFile lines = new GroupFile(file);
    Function<Sample, String> groups =
        lines.groups(datasets.stream().flatMap(dataset -> dataset.train().stream()).toList());
    List<Dataset> grouped = new ArrayList<>();
    for (Dataset dataset : datasets) {
      List<String> warnings = lines.warnings(dataset, groups);
      grouped.add(dataset.grouped(groups).warned(warnings));
    }
    return grouped;
  }

  private Function<Sample, String> groups(List<Sample> images) throws IOException {
    Map<Path, String> groups = new HashMap<>();
    for (Sample image : images) {
      Line line = line(image, any -> true);
      if (line == null) {
        throw new IllegalArgumentException(
            "no line of %s is for %s: its columns are file and group"
                .formatted(file, OneLine.of(image.image().toString())));
      }
      Sample other = used.put(line, image);
      if (other != null) {
        throw table.fault(
            line.number(),
            "it names both %s and %s: write more of the path"
                .formatted(
                    OneLine.of(other.image().toString()), OneLine.of(image.image().toString())));
      }
      groups.put(image.image(), line.group());
    }
    return image -> groups.get(image.image());
  }

  private static Path named(CsvTable table, CsvTable.Row row) throws IOException {
    try {
      Path named = Path.of(row.values().get(0)).normalize();
      if (named.getFileName() != null && !named.getFileName().toString().isEmpty()) {
        return named;
      }
    } catch (InvalidPathException e) { // such as one with a NUL
      // refused below, like a name that is none
    }
    throw table.fault(row.line(), "file must be the name of an image");
  }

  private List<String> warnings(Dataset dataset, Function<Sample, String> groups)
      throws IOException {
    Set<String> learned = dataset.train().stream().map(groups).collect(Collectors.toSet());
    List<String> warnings = new ArrayList<>();
    if (learned.size() < dataset.train().size()) {
      warnings.add(ImageGroups.warning("images of a group"));
    }
    List<Path> tested = new ArrayList<>();
    for (Sample image : dataset.test()) {
      Line line = line(image, other -> !used.containsKey(other));
      if (line != null && learned.contains(line.group())) {
        tested.add(image.image());
      }
    }
    if (!tested.isEmpty()) {
      warnings.add(
          "%s of %s test images are in groups of training images, and figures with them mislead: %s"
              .formatted(tested.size(), dataset.test().size(), FileNames.of(tested)));
    }
    return warnings;
  }

  /** Returns the only line of some that names an image; null for none. */
  private Line line(Sample image, Predicate<Line> among) throws IOException {
    Path path = image.image().toAbsolutePath().normalize();
    Line found = null;
    for (Line line : byName.getOrDefault(path.getFileName(), List.of())) {
      if (!among.test(line) || !path.endsWith(line.named())) {
        continue;
      }
      if (found != null) {
        throw table.fault(
            line.number(),
            "%s stands on line %s too".formatted(OneLine.of(path.toString()), found.number()));
      }
      found = line;
    }
    return found;
  }
}
