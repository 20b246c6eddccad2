package dev.flowline.acceptance;

import dev.flowline.io.CsvTable;
import java.io.IOException;
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

  private LabelFile() {}

  /**
   * Reads the decisions of a file.
   *
   * @return at least one
   * @throws IOException naming the file, and the line that is wrong and the way out
   */
  public static List<Appraisal> read(Path file) throws IOException {
    CsvTable table = new CsvTable("labels", file, COLUMNS);
    List<Appraisal> appraisals = new ArrayList<>();
    Seen seen = new Seen();
    for (CsvTable.Row row : table.rows()) {
      Appraisal appraisal = appraisal(table, row);
      String contradiction = seen.contradiction(appraisal, row.line());
      if (contradiction != null) {
        throw table.fault(row.line(), contradiction);
      }
      appraisals.add(appraisal);
    }
    if (appraisals.isEmpty()) {
      throw table.fault(1, "no decision follows the names of the columns");
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

  private static Appraisal appraisal(CsvTable table, CsvTable.Row row) throws IOException {
    List<String> values = row.values();
    Decision reference = decision(table, row.line(), "reference", values.get(1));
    if (reference == Decision.UNDECIDED) {
      throw table.fault(row.line(), "the reference must be good or defect, got " + values.get(1));
    }
    return new Appraisal(
        values.get(0),
        reference == Decision.DEFECT,
        values.get(2),
        trial(table, row.line(), values.get(3)),
        decision(table, row.line(), "decision", values.get(4)));
  }

  private static Decision decision(CsvTable table, int line, String column, String value)
      throws IOException {
    Decision decision = WORDS.get(value.toLowerCase(Locale.ROOT).replace(' ', '_'));
    if (decision == null) {
      throw table.fault(
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

  private static int trial(CsvTable table, int line, String value) throws IOException {
    if (!value.matches("[0-9]{1,9}")) {
      throw table.fault(line, "trial must be a whole number, got '%s'".formatted(value));
    }
    return Integer.parseInt(value);
  }
}
