package dev.flowline.data;

import dev.flowline.io.CsvTable;
import dev.flowline.io.OneLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A CSV file that says which group each image is of: the columns {@code file} and {@code group}. A
 * file is named by its path, or by the end of it, such as its name alone, if no other image ends
 * so.
 */
public final class GroupFile {
  private static final List<String> COLUMNS = List.of("file", "group");

  /** A line of the file. */
  private record Line(int number, Path named, String group) {}

  private GroupFile() {}

  /**
   * Returns the group of each image.
   *
   * @param images each once; the file may name others too
   * @throws IOException naming the file, and the line that is wrong
   * @throws IllegalArgumentException naming an image that no line is for
   */
  public static Function<Sample, String> read(Path file, List<Sample> images) throws IOException {
    CsvTable table = new CsvTable("groups", file, COLUMNS);
    Map<Path, List<Line>> byName = new HashMap<>();
    for (CsvTable.Row row : table.rows()) {
      Path named = Path.of(row.values().get(0)).normalize();
      if (named.getFileName() == null) {
        throw table.fault(row.line(), "file must be the name of an image");
      }
      byName
          .computeIfAbsent(named.getFileName(), name -> new ArrayList<>())
          .add(new Line(row.line(), named, row.values().get(1)));
    }
    Map<Path, String> groups = new HashMap<>();
    Map<Line, Sample> used = new HashMap<>();
    for (Sample image : images) {
      Line line = line(table, byName, image);
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

  /** Returns the only line that names an image; null for none. */
  private static Line line(CsvTable table, Map<Path, List<Line>> byName, Sample image)
      throws IOException {
    Path path = image.image().toAbsolutePath().normalize();
    Line found = null;
    for (Line line : byName.getOrDefault(path.getFileName(), List.of())) {
      if (path.endsWith(line.named()) && found != null) {
        throw table.fault(
            line.number(),
            "%s stands on line %s too".formatted(OneLine.of(path.toString()), found.number()));
      }
      found = path.endsWith(line.named()) ? line : found;
    }
    return found;
  }
}
