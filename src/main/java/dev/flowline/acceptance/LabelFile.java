package dev.flowline.acceptance;

import dev.flowline.io.CsvText;
import dev.flowline.io.FileFault;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A CSV file of labels, a decision per line: the columns {@code part}, {@code reference}, {@code
 * appraiser}, {@code trial} and {@code decision}, named in the first line in any order; others are
 * not read. Comma, semicolon or tab separate them.
 */
public final class LabelFile {
  private static final List<String> COLUMNS =
      List.of("part", "reference", "appraiser", "trial", "decision");

  private static final Map<String, Decision> WORDS =
      Map.ofEntries(
          Map.entry("good", Decision.GOOD),
          Map.entry("ok", Decision.GOOD),
          Map.entry("pass", Decision.GOOD),
          Map.entry("accept", Decision.GOOD),
          Map.entry("defect", Decision.DEFECT),
          Map.entry("defective", Decision.DEFECT),
          Map.entry("bad", Decision.DEFECT),
          Map.entry("nok", Decision.DEFECT),
          Map.entry("ng", Decision.DEFECT),
          Map.entry("fail", Decision.DEFECT),
          Map.entry("reject", Decision.DEFECT),
          Map.entry("undecided", Decision.UNDECIDED),
          Map.entry("not_inspected", Decision.UNDECIDED));

  private static final long MOST_BYTES = 1L << 28;

  private LabelFile() {}

  /**
   * Reads the decisions of a file.
   *
   * @return at least one
   * @throws IOException naming the file, and the line that is wrong and the way out
   */
  public static List<Appraisal> read(Path file) throws IOException {
    String text = text(file);
    List<CsvText.CsvRow> rows = CsvText.lines(text, separator(text));
    if (rows.isEmpty()) {
      throw fault(file, 1, "the file is empty: the first line names the columns " + columns());
    }
    CsvText.CsvRow head = rows.get(0);
    List<String> names = head.fields().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (String column : COLUMNS) {
      if (names.indexOf(column) < 0 || names.indexOf(column) != names.lastIndexOf(column)) {
        throw fault(
            file,
            head.line(),
            "column %s is %s: the first line names the columns %s"
                .formatted(column, names.contains(column) ? "there twice" : "missing", columns()));
      }
    }
    List<Appraisal> appraisals = new ArrayList<>();
    Seen seen = new Seen();
    for (CsvText.CsvRow row : rows.subList(1, rows.size())) {
      Appraisal appraisal = appraisal(file, row, names);
      String contradiction = seen.contradiction(appraisal, row.line());
      if (contradiction != null) {
        throw fault(file, row.line(), contradiction);
      }
      appraisals.add(appraisal);
    }
    if (appraisals.isEmpty()) {
      throw fault(file, head.line(), "no decision follows the names of the columns");
    }
    return appraisals;
  }

  /** The lines that were read, by what may stand once only. */
  private static final class Seen {
    private final Map<List<Object>, Integer> trials = new HashMap<>();
    private final Map<String, Map<Boolean, Integer>> references = new HashMap<>();

    /** Returns what an earlier line says otherwise; null for nothing. */
    String contradiction(Appraisal of, int line) {
      Integer twin = trials.putIfAbsent(List.of(of.part(), of.appraiser(), of.trial()), line);
      if (twin != null) {
        return "trial %s of part %s by %s stands on line %s too: number the trials of a part"
            .formatted(of.trial(), of.part(), of.appraiser(), twin);
      }
      Map<Boolean, Integer> lines = references.computeIfAbsent(of.part(), part -> new HashMap<>());
      lines.putIfAbsent(of.defective(), line);
      Integer other = lines.get(!of.defective());
      return other == null
          ? null
          : "part %s has another reference on line %s".formatted(of.part(), other);
    }
  }

  private static Appraisal appraisal(Path file, CsvText.CsvRow row, List<String> names)
      throws IOException {
    if (!row.closed()) {
      throw fault(file, row.line(), "a quotation mark has no partner");
    }
    if (row.fields().size() != names.size()) {
      throw fault(
          file,
          row.line(),
          "it has %s fields, and the first line has %s"
              .formatted(row.fields().size(), names.size()));
    }
    String[] values = new String[COLUMNS.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.fields().get(names.indexOf(COLUMNS.get(i)));
      if (values[i].isEmpty()) {
        throw fault(file, row.line(), COLUMNS.get(i) + " is empty");
      }
    }
    Decision reference = decision(file, row.line(), "reference", values[1]);
    if (reference == Decision.UNDECIDED) {
      throw fault(file, row.line(), "the reference must be good or defect, got " + values[1]);
    }
    return new Appraisal(
        values[0],
        reference == Decision.DEFECT,
        values[2],
        trial(file, row.line(), values[3]),
        decision(file, row.line(), "decision", values[4]));
  }

  private static Decision decision(Path file, int line, String column, String value)
      throws IOException {
    Decision decision = WORDS.get(value.toLowerCase(Locale.ROOT).replace(' ', '_'));
    if (decision == null) {
      throw fault(
          file,
          line,
          "%s must be good, defect%s, got '%s'%s"
              .formatted(
                  column,
                  column.equals("decision") ? " or undecided" : "",
                  value,
                  value.matches("[01]") ? ": which of 0 and 1 is good is not known" : ""));
    }
    return decision;
  }

  private static int trial(Path file, int line, String value) throws IOException {
    if (!value.matches("[0-9]{1,9}")) {
      throw fault(file, line, "trial must be a whole number, got '%s'".formatted(value));
    }
    return Integer.parseInt(value);
  }

  private static String text(Path file) throws IOException {
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
          "cannot read labels of " + file + ": it is not UTF-8: save it as CSV in UTF-8", e);
    } catch (IOException e) {
      throw new IOException("cannot read labels of " + file + ": " + FileFault.of(e), e);
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

  private static String columns() {
    return String.join(", ", COLUMNS);
  }

  private static IOException fault(Path file, int line, String what) {
    return new IOException("cannot read labels of %s: line %s: %s".formatted(file, line, what));
  }
}
