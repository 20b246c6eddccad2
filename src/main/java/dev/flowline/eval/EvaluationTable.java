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
  private record Figure(String heading, ToDoubleFunction<DefectTypeResult> value) {}

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("image AUROC", DefectTypeResult::nfaImageAuroc),
          new Figure("AUROC by score", DefectTypeResult::imageAuroc),
          new Figure("pixel AUROC", DefectTypeResult::pixelAuroc),
          new Figure("AUPRO", DefectTypeResult::aupro),
          new Figure("mIoU", d -> d.meanIou().automatic()),
          new Figure("mIoU at best", d -> d.meanIou().oracle()));

  private static final Figure FAIR = new Figure("mIoU fair", d -> d.meanIou().fair());

  /** Returns the figures of a table, the fair one only if it was measured. */
  private static Stream<Figure> figures(boolean fair) {
    return Stream.concat(FIGURES.stream(), fair ? Stream.of(FAIR) : Stream.of());
  }

  /** Returns the headings of this table. */
  List<String> headings() {
    return headings(result.hasFair(), "defect", "images", "found", "elsewhere");
  }

  /**
   * Returns the headings of a table with the figures in its last columns.
   *
   * @param fair whether the fair figure is among them
   */
  static List<String> headings(boolean fair, String... first) {
    return Stream.concat(Stream.of(first), figures(fair).map(Figure::heading)).toList();
  }

  /**
   * Returns a row whose last columns are the figures of all images.
   *
   * @param fair whether the fair figure is among them
   */
  static List<String> row(EvaluationResult result, boolean fair, String... first) {
    return row(all(result), fair, first);
  }

  private static List<String> row(DefectTypeResult figures, boolean fair, String... first) {
    return Stream.concat(
            Stream.of(first),
            figures(fair).map(figure -> Numbers.fixed(figure.value.applyAsDouble(figures), 4)))
        .toList();
  }

  /** Returns the rows: the defect types, then their mean if there are several, then all images. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    result.byDefect().forEach((type, figures) -> rows.add(row(type, figures)));
    if (rows.size() > 1) {
      List<String> mean = new ArrayList<>(List.of("mean", "", "", ""));
      for (Figure figure : figures(result.hasFair()).toList()) {
        mean.add(
            Numbers.fixed(
                result.byDefect().values().stream()
                    .mapToDouble(figure.value)
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

  private List<String> row(String name, DefectTypeResult figures) {
    return row(
        figures,
        result.hasFair(),
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
        result.nfaImageAuroc(),
        result.aupro(),
        result.meanIou(),
        result.meanIouOfDefectImages());
  }

  /** Returns lines of text, each ended. */
  @Override
  public String toString() {
    List<List<String>> lines = new ArrayList<>(List.of(headings()));
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
    if (result.undecided() != null) {
      line(text, "undecided", undecided(result.undecided()));
    }
    if (result.operatingPoint() != null) {
      line(
          text,
          result.operatingPoint().expected() ? "expected" : "guaranteed",
          OperatingPointTable.inWords(result.operatingPoint()));
    }
    line(
        text,
        "thresholds",
        "automatic log10Epsilon %s, oracle log10Epsilon %s%s"
            .formatted(
                Numbers.brief(result.log10Epsilon()),
                Numbers.brief(result.oracleThreshold()),
                result.hasFair()
                    ? ", fair anomalyMap " + Numbers.fixed(result.fairThreshold(), 4)
                    : ""));
    UnseenImages.inWords(result.trainingImagesLeftOut())
        .ifPresent(words -> line(text, "left out", words));
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

  /** Returns which images are undecided, and why. */
  static String undecided(UndecidedImages images) {
    return "%s and %s, log10NFA from %s to below %s, %s"
        .formatted(
            Numbers.count(images.goodImages(), "good image"),
            Numbers.count(images.defectImages(), "defective image"),
            Numbers.fixed(images.defectBelow(), 2),
            Numbers.fixed(images.goodFrom(), 2),
            images.reason().inWords());
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
