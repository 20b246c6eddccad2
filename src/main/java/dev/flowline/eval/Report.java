package dev.flowline.eval;

import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An evaluation as one HTML page that needs nothing but itself. The same result gives the same
 * bytes.
 *
 * @param title heads the page, such as the category's name
 * @param result what is reported
 * @param facts on the model and its data, by name, in the order shown
 * @param pictures reads an image file for the gallery; null where it cannot
 * @param hasNullPage whether {@code null.html} lies beside it
 */
public record Report(
    String title,
    EvaluationResult result,
    Map<String, String> facts,
    Function<Path, BufferedImage> pictures,
    boolean hasNullPage) {
  private static final int LISTED_FALSE_ALARMS = 30;

  /** Without a page on the null hypothesis. */
  public Report(
      String title,
      EvaluationResult result,
      Map<String, String> facts,
      Function<Path, BufferedImage> pictures) {
    this(title, result, facts, pictures, false);
  }

  /** Writes {@code report.html} and {@code evaluation.json} into the folder; the page's path. */
  public Path write(Path folder) throws IOException {
    Path page = folder.resolve("report.html");
    AtomicFile.write(folder.resolve("evaluation.json"), result.json() + "\n");
    AtomicFile.write(page, html());
    return page;
  }

  /** The page. */
  public String html() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("tiles", tiles());
    parts.put("table", Html.table(EvaluationTable.HEADINGS, new EvaluationTable(result).rows()));
    parts.put("withoutMask", withoutMask());
    parts.put("charts", new ReportCharts(result).html());
    parts.put("falseAlarms", falseAlarms());
    parts.put("promises", promises());
    parts.put("nullPage", nullPage());
    parts.put("gallery", new ReportGallery(result, pictures).html());
    parts.put("facts", Html.definitions(facts));
    parts.put("timings", timings());
    return Html.page("evaluation", title, verdict(), "/dev/flowline/eval/report.html", parts);
  }

  private String verdict() {
    List<String> parts = new ArrayList<>();
    if (result.defectImages() > 0) {
      parts.add(
          Numbers.share(result.defectImagesFound(), result.defectImages())
              + " defective images found");
    }
    if (result.goodImages() > 0) {
      parts.add(
          Numbers.share(result.falseAlarmImages(), result.goodImages())
              + " good images with a false alarm");
    }
    return parts.isEmpty() ? "No test images." : String.join("; ", parts) + ".";
  }

  private String tiles() {
    return tile(
            "defects found",
            percent(result.defectImagesFound(), result.defectImages()),
            Numbers.share(result.defectImagesFound(), result.defectImages()) + " images")
        + tile(
            "false alarms",
            percent(result.falseAlarmImages(), result.goodImages()),
            Numbers.share(result.falseAlarmImages(), result.goodImages()) + " good images")
        + tile("pixel AUROC", Numbers.fixed(result.pixelAuroc(), 4), "1 is perfect, 0.5 is chance")
        + tile("image AUROC", Numbers.fixed(result.imageAuroc(), 4), "1 is perfect, 0.5 is chance")
        + tile("AUPRO", Numbers.fixed(result.aupro(), 4), "false positive rate up to 0.3")
        + tile(
            "mIoU, automatic",
            Numbers.fixed(result.meanIou().automatic(), 4),
            "oracle %s, fair %s"
                .formatted(
                    Numbers.fixed(result.meanIou().oracle(), 4),
                    Numbers.fixed(result.meanIou().fair(), 4)));
  }

  private static String percent(int part, int whole) {
    return whole == 0 ? Numbers.UNKNOWN : Numbers.fixed(100.0 * part / whole, 1) + " %";
  }

  private static String tile(String name, String value, String note) {
    return """
        <div class="tile"><span class="name">%s</span><strong>%s</strong><span class="below">%s</span></div>
        """
        .formatted(name, value, Html.escape(note));
  }

  private String withoutMask() {
    return result.imagesWithoutGroundTruth() == 0
        ? ""
        : "<p class=\"note\">%s without a ground-truth mask: left out of all figures by pixel.</p>"
            .formatted(Numbers.count(result.imagesWithoutGroundTruth(), "defective image"));
  }

  private String falseAlarms() {
    List<ImageOutcome> alarms =
        result.details().outcomes().stream()
            .filter(o -> o.verdict() == ImageOutcome.Verdict.FALSE_ALARM)
            .sorted(ImageOutcome.WORST_FIRST)
            .toList();
    String summary =
        result.goodImages() == 0
            ? "There are no good test images."
            : "%s of %s raise a false alarm; %s false alarms (regions) an image on average, at log10ε = %s."
                .formatted(
                    result.falseAlarmImages(),
                    Numbers.count(result.goodImages(), "good image"),
                    Numbers.fixed(result.falseAlarmsPerGoodImage(), 3),
                    Numbers.brief(result.log10Epsilon()));
    StringBuilder html = new StringBuilder("<p>" + Html.escape(summary) + "</p>\n");
    if (!alarms.isEmpty()) {
      List<List<String>> rows = new ArrayList<>();
      for (ImageOutcome alarm : alarms.subList(0, Math.min(alarms.size(), LISTED_FALSE_ALARMS))) {
        rows.add(
            List.of(
                alarm.name(),
                Integer.toString(alarm.regions()),
                Numbers.brief(alarm.smallestLog10Nfa()),
                Numbers.fixed(alarm.anomalyScore(), 3)));
      }
      html.append(
          Html.table(
              List.of("good image", "false alarms", "smallest log10NFA", "anomaly score"), rows));
      int more = alarms.size() - rows.size();
      if (more > 0) {
        html.append("<p class=\"note\">and %d more.</p>\n".formatted(more));
      }
    }
    return html.toString();
  }

  private String nullPage() {
    if (hasNullPage) {
      return "<p><a href=\"null.html\">Is the null hypothesis true? The good test images beside what each test promises.</a></p>\n";
    }
    return result.goodImages() == 0
        ? "<p class=\"note\">Whether the null hypothesis is true cannot be said: there are no good test images.</p>\n"
        : "";
  }

  private String promises() {
    List<List<String>> rows = Promises.rows(result.operatingPoint(), result.operatingPoints());
    return rows.isEmpty()
        ? "<p class=\"note\">Nothing is promised: log10ε was set by hand.</p>\n"
        : Html.table(Promises.HEADINGS, rows);
  }

  private String timings() {
    if (result.timings().isEmpty()) {
      return "<p class=\"note\">Not measured.</p>\n";
    }
    List<List<String>> rows = new ArrayList<>();
    result
        .timings()
        .forEach(
            (stage, timing) ->
                rows.add(
                    List.of(
                        stage,
                        Numbers.fixed(timing.medianMillis(), 2),
                        Numbers.fixed(timing.p99Millis(), 2))));
    return Html.table(List.of("stage", "median, ms", "99 % within, ms"), rows);
  }
}
