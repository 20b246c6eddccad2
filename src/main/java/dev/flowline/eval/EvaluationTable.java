package dev.flowline.eval;

import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A table of an evaluation in aligned plain text: a row for each defect type, their mean, and all
 * images. A few lines on false alarms, thresholds and time follow it.
 */
public record EvaluationTable(EvaluationResult result) {
  private static final List<String> FIGURE_HEADINGS =
      List.of("pixelAuroc", "imageAuroc", "aupro", "mIoU auto", "oracle", "fair");

  private static final List<ToDoubleFunction<DefectTypeResult>> FIGURES =
      List.of(
          DefectTypeResult::pixelAuroc,
          DefectTypeResult::imageAuroc,
          DefectTypeResult::aupro,
          d -> d.meanIou().automatic(),
          d -> d.meanIou().oracle(),
          d -> d.meanIou().fair());

  static final List<String> HEADINGS = headings("defect", "images", "found", "elsewhere");

  /** Returns the headings of a table with the figures in its last columns. */
  static List<String> headings(String... first) {
    return Stream.concat(Stream.of(first), FIGURE_HEADINGS.stream()).toList();
  }

  /** Returns a row whose last columns are the figures of all images. */
  static List<String> row(EvaluationResult result, String... first) {
    return row(all(result), first);
  }

  private static List<String> row(DefectTypeResult figures, String... first) {
    return Stream.concat(
            Stream.of(first),
            FIGURES.stream().map(figure -> Numbers.fixed(figure.applyAsDouble(figures), 4)))
        .toList();
  }

  /** Returns the rows: the defect types, then their mean if there are several, then all images. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    result.byDefect().forEach((type, figures) -> rows.add(row(type, figures)));
    if (rows.size() > 1) {
      List<String> mean = new ArrayList<>(List.of("mean", "", "", ""));
      for (var figure : FIGURES) {
        mean.add(
            Numbers.fixed(
                result.byDefect().values().stream()
                    .mapToDouble(figure)
                    .filter(v -> !Double.isNaN(v))
                    .average()
                    .orElse(Double.NaN),
                4));
      }
      rows.add(mean);
    }
    rows.add(row("all", all(result)));
    return rows;
  }

  private static List<String> row(String name, DefectTypeResult figures) {
    return row(
        figures,
        name,
        Integer.toString(figures.images()),
        Integer.toString(figures.imagesFound()),
        Integer.toString(figures.imagesAlarmedElsewhere()));
  }

  private static DefectTypeResult all(EvaluationResult result) {
    return new DefectTypeResult(
        result.defectImages(),
        result.defectImagesFound(),
        result.defectImagesAlarmedElsewhere(),
        result.pixelAuroc(),
        result.imageAuroc(),
        result.aupro(),
        result.meanIou(),
        result.meanIouOfDefectImages());
  }

  /** Returns lines of text, each ended. */
  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>(List.of(HEADINGS));
    lines.addAll(rows());
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      for (int column = 0; column < line.size(); column++) {
        text.append(column == 0 ? "" : "  ").append(padded(lines, column, line.get(column)));
      }
      text.append('\n');
    }
    text.append('\n');
    line(
        text,
        "good images",
        "%s raise a false alarm; %s false alarms per image"
            .formatted(
                Numbers.share(result.falseAlarmImages(), result.goodImages()),
                Numbers.fixed(result.falseAlarmsPerGoodImage(), 3)));
    if (result.operatingPoint() != null) {
      line(text, "guaranteed", OperatingPointTable.inWords(result.operatingPoint()));
    }
    line(
        text,
        "thresholds",
        "automatic log10Epsilon %s, oracle log10Epsilon %s, fair anomalyMap %s"
            .formatted(
                Numbers.brief(result.log10Epsilon()),
                Numbers.brief(result.oracleThreshold()),
                Numbers.fixed(result.fairThreshold(), 4)));
    if (result.imagesWithoutGroundTruth() > 0) {
      line(
          text,
          "no mask",
          Numbers.count(result.imagesWithoutGroundTruth(), "defective image")
              + " left out of all pixel-level figures");
    }
    for (Map.Entry<String, StageTiming> stage : result.timings().entrySet()) {
      StageTiming timing = stage.getValue();
      line(
          text,
          stage.getKey(),
          "median %s ms, p99 %s ms"
              .formatted(
                  Numbers.fixed(timing.medianMillis(), 2), Numbers.fixed(timing.p99Millis(), 2)));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String what, String figures) {
    text.append("%-12s  %s%n".formatted(what, figures).replace("\r", ""));
  }

  /** Pads a cell: names align left, figures right. */
  private static String padded(List<List<String>> lines, int column, String cell) {
    int width = lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    String space = " ".repeat(width - cell.length());
    return column == 0 ? cell + space : space + cell;
  }
}
