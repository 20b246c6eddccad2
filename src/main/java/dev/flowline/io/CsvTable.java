package dev.flowline.io;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A CSV file whose first line names the columns, in any order; others than the wanted ones are not
 * read. Comma, semicolon or tab separate them, and the text is UTF-8.
 */
public final class CsvTable {
  private static final long MOST_BYTES = 1L << 28;

  private final String content;
  private final Path file;
  private final List<String> columns;

  /**
   * A row.
   *
   * @param line of the file on which it begins, from 1
   * @param values of the wanted columns, in their order; none is empty
   */
  public record Row(int line, List<String> values) {}

  /**
   * Makes the table of a file, which is not read yet.
   *
   * @param content what the file has, for messages, as in "labels"
   * @param columns the wanted ones
   */
  public CsvTable(String content, Path file, List<String> columns) {
    this.content = content;
    this.file = file;
    this.columns = List.copyOf(columns);
  }

  /**
   * Reads the rows.
   *
   * @throws IOException naming the file, and the line that is wrong and the way out
   */
  public List<Row> rows() throws IOException {
    String text = text();
    List<CsvText.CsvRow> lines = CsvText.lines(text, separator(text));
    if (lines.isEmpty()) {
      throw fault(1, "the file is empty: the first line names the columns " + named());
    }
    CsvText.CsvRow head = lines.get(0);
    List<String> names = head.fields().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (String column : columns) {
      if (names.indexOf(column) < 0 || names.indexOf(column) != names.lastIndexOf(column)) {
        throw fault(
            head.line(),
            "column %s is %s: the first line names the columns %s"
                .formatted(column, names.contains(column) ? "there twice" : "missing", named()));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (CsvText.CsvRow line : lines.subList(1, lines.size())) {
      rows.add(row(line, names));
    }
    return rows;
  }

  private Row row(CsvText.CsvRow line, List<String> names) throws IOException {
    if (!line.closed()) {
      throw fault(line.line(), "a quotation mark has no partner");
    }
    if (line.fields().size() != names.size()) {
      throw fault(
          line.line(),
          "it has %s fields, and the first line has %s"
              .formatted(line.fields().size(), names.size()));
    }
    List<String> values = new ArrayList<>();
    for (String column : columns) {
      String value = line.fields().get(names.indexOf(column));
      if (value.isEmpty()) {
        throw fault(line.line(), column + " is empty");
      }
      values.add(value);
    }
    return new Row(line.line(), List.copyOf(values));
  }

  private String text() throws IOException {
    try {
      if (!Files.isRegularFile(file)) {
        throw new IOException(Files.exists(file) ? "it is no file" : "no such file");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new IOException("it has more than %s bytes".formatted(MOST_BYTES));
      }
      String text = Files.readString(file);
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new IOException(
          "cannot read %s of %s: it is not UTF-8: save it as CSV in UTF-8".formatted(content, file),
          e);
    } catch (IOException e) {
      throw new IOException(
          "cannot read %s of %s: %s".formatted(content, file, FileFault.of(e)), e);
    }
  }

  /** Returns which of comma, semicolon and tab stands most often in the first line. */
  private static char separator(String text) {
    String head = text.lines().findFirst().orElse("");
    char most = ',';
    for (char each : new char[] {';', '\t'}) {
      char before = most;
      long more = head.chars().filter(c -> c == each).count();
      most = more > head.chars().filter(c -> c == before).count() ? each : most;
    }
    return most;
  }

  private String named() {
    return String.join(", ", columns);
  }

  /** Returns the error of a line, which names the file. */
  public IOException fault(int line, String what) {
    return new IOException(
        "cannot read %s of %s: line %s: %s".formatted(content, file, line, what));
  }
}
