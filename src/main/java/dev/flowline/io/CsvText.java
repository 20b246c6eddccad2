package dev.flowline.io;

import java.util.ArrayList;
import java.util.List;

/**
 * Text of comma-separated values in the form of RFC 4180. A text at whose beginning a spreadsheet
 * would see a formula (= + - @, tab, carriage return) is written behind an apostrophe, which
 * reading takes away.
 */
public final class CsvText {
  private static final String FORMULA = "=+-@\t\r";

  /**
   * A row that was read.
   *
   * @param line of the file on which it begins, from 1
   * @param closed whether its last quotation mark has a partner
   */
  public record CsvRow(int line, List<String> fields, boolean closed) {}

  private CsvText() {}

  /** Returns a text as a field. */
  public static String field(String value) {
    String safe = beginsFormula(value) ? "'" + value : value;
    boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }

  private static boolean beginsFormula(String value) {
    return !value.isEmpty() && FORMULA.indexOf(value.charAt(0)) >= 0;
  }

  /**
   * Returns the rows of a text; those without any text are left out.
   *
   * @param separator of the fields
   */
  public static List<CsvRow> lines(String text, char separator) {
    List<CsvRow> rows = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    int line = 1;
    int begun = 1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '\n';
      boolean ends = i == text.length();
      if (quoted && !ends) {
        if (c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append(text.charAt(++i));
        } else if (c == '"') {
          quoted = false;
        } else {
          field.append(c);
        }
      } else if (c == '"' && field.toString().isBlank()) {
        quoted = true;
        field.setLength(0);
      } else if (c == separator && !ends) {
        fields.add(plain(field));
      } else if (c == '\n') {
        fields.add(plain(field));
        if (fields.stream().anyMatch(value -> !value.isEmpty())) {
          rows.add(new CsvRow(begun, List.copyOf(fields), !quoted));
        }
        fields.clear();
        begun = line + 1;
      } else {
        field.append(c);
      }
      line += c == '\n' ? 1 : 0;
    }
    return rows;
  }

  private static String plain(StringBuilder field) {
    String value = field.toString().strip();
    field.setLength(0);
    boolean guarded = value.startsWith("'") && beginsFormula(value.substring(1));
    return guarded ? value.substring(1) : value;
  }
}
