package dev.flowline.page;

import java.util.List;

/** A table of text for a terminal: names on the left, figures right-aligned in their columns. */
public final class TextTable {
  private TextTable() {}

  /**
   * Returns the lines of a table, each ended.
   *
   * @param lines as many cells each; the first cell of a line is its name
   * @param aligned how many columns are aligned, the one of the names included; the cells behind
   *     them follow as they are
   */
  public static String of(List<List<String>> lines, int aligned) {
    int[] widths = new int[aligned];
    for (List<String> line : lines) {
      for (int column = 0; column < aligned; column++) {
        widths[column] = Math.max(widths[column], line.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      text.append(line(line, widths).stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String line(List<String> line, int[] widths) {
    StringBuilder text = new StringBuilder();
    for (int column = 0; column < line.size(); column++) {
      String cell = line.get(column);
      String space = column < widths.length ? " ".repeat(widths[column] - cell.length()) : "";
      text.append(column == 0 ? cell + space : "  " + space + cell);
    }
    return text.toString();
  }
}
