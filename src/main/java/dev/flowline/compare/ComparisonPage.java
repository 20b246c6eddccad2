package dev.flowline.compare;

import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.page.SvgChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A comparison as one HTML page that needs nothing but itself; it links to the runs' reports, which
 * lie in {@code category/model/seed-N}.
 */
public record ComparisonPage(String title, Comparison comparison) {
  private static final int CHARTED = 2;

  /** The folder of a run's report, below the comparison's. */
  public static String folder(String category, ComparedModel model, long seed) {
    return category + "/" + model.folder() + "/seed-" + seed;
  }

  /** Writes {@code compare.html} into the folder; the page's path. */
  public Path write(Path folder) throws IOException {
    Path page = folder.resolve("compare.html");
    AtomicFile.write(page, html());
    return page;
  }

  /** The page. */
  public String html() {
    Map<String, String> parts = new LinkedHashMap<>();
    boolean several = comparison.categories().size() > 1;
    parts.put("mean", several ? mean() + charts() : "");
    parts.put("categories", categories() + (several ? "" : charts()));
    parts.put("failures", failures());
    parts.put("models", models());
    parts.put("facts", Html.definitions(comparison.facts()));
    parts.put("sources", sources());
    return Html.page("comparison", title, verdict(), "/dev/flowline/compare/compare.html", parts);
  }

  private String verdict() {
    int failed = comparison.failed().size();
    int left = comparison.planned() - comparison.runs().size();
    return "%s on %s with %s%s%s."
        .formatted(
            Numbers.count(comparison.models().size(), "model"),
            comparison.categories().size() == 1
                ? "one category"
                : comparison.categories().size() + " categories",
            Numbers.count(comparison.seeds().size(), "seed"),
            failed == 0 ? "" : "; " + Numbers.count(failed, "run") + " failed",
            left == 0 ? "" : "; " + Numbers.count(left, "run") + " still to come");
  }

  private String mean() {
    return "<section>\n<h2>Mean over %d categories</h2>\n%s</section>\n"
        .formatted(
            comparison.categories().size(),
            table(
                comparison::mean, comparison::publishedMean, model -> Html.escape(model.title())));
  }

  private String categories() {
    StringBuilder html = new StringBuilder();
    for (String category : comparison.categories()) {
      if (comparison.runs().stream().noneMatch(run -> run.category().equals(category))) {
        continue; // still to come
      }
      html.append("<section>\n<h2>")
          .append(Html.escape(category))
          .append("</h2>\n")
          .append(
              table(
                  (model, figure) -> comparison.spread(category, model, figure),
                  model -> comparison.published(category, model),
                  model -> linked(category, model)))
          .append("</section>\n");
    }
    return html.toString();
  }

  /** The model's name, with the reports of its seeds. */
  private String linked(String category, ComparedModel model) {
    StringBuilder html = new StringBuilder(Html.escape(model.title()));
    List<ComparedRun> runs = comparison.finished(category, model);
    for (ComparedRun run : runs) {
      html.append(run == runs.get(0) ? "<small>report of seed " : ", ")
          .append("<a href=\"")
          .append(address(category, model, run.seed()))
          .append("\">")
          .append(run.seed())
          .append("</a>");
    }
    return html.append(runs.isEmpty() ? "" : "</small>").toString();
  }

  private static String address(String category, ComparedModel model, long seed) {
    StringBuilder address = new StringBuilder();
    for (String segment : folder(category, model, seed).split("/")) {
      address.append(Html.pathSegment(segment)).append('/');
    }
    return address + "report.html";
  }

  private String table(
      BiFunction<ComparedModel, ScoreColumn, Spread> spreads,
      Function<ComparedModel, List<Comparison.Published>> published,
      Function<ComparedModel, String> name) {
    StringBuilder html =
        new StringBuilder("<div class=\"scroll\"><table class=\"compared\">\n<thead><tr><th></th>");
    for (ScoreColumn figure : ScoreColumn.values()) {
      html.append("<th>").append(Html.escape(figure.heading())).append("</th>");
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (ComparedModel model : comparison.models()) {
      html.append("<tr><th>").append(name.apply(model)).append("</th>");
      for (ScoreColumn figure : ScoreColumn.values()) {
        List<Spread> all =
            comparison.models().stream().map(each -> spreads.apply(each, figure)).toList();
        html.append(cell(figure, spreads.apply(model, figure), Comparison.best(figure, all)));
      }
      html.append("</tr>\n");
      published.apply(model).forEach(of -> html.append(row(of)));
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private String cell(ScoreColumn figure, Spread spread, double best) {
    String css = (spread.mean() == best ? "best" : "") + (figure.isOracle() ? " bound" : "");
    String deviates = figure.unit().deviation(spread.deviation());
    String deviation = deviates.isEmpty() ? "" : "<small>" + deviates + "</small>";
    boolean some = spread.count() > 0 && spread.count() < comparison.seeds().size();
    String count = some ? "<small>of " + Numbers.count(spread.count(), "seed") + "</small>" : "";
    return "<td%s>%s%s%s</td>"
        .formatted(
            css.isEmpty() ? "" : " class=\"" + css.strip() + "\"",
            figure.unit().text(spread.mean()),
            deviation,
            count);
  }

  private static String row(Comparison.Published of) {
    StringBuilder html = new StringBuilder("<tr class=\"published\"><th>published");
    String extractor = of.extractor() == null ? "extractor not stated" : of.extractor();
    html.append("<small>").append(Html.escape(extractor)).append("</small></th>");
    for (ScoreColumn figure : ScoreColumn.values()) {
      PublishedResult result = of.figures().get(figure);
      html.append(
          result == null
              ? "<td></td>"
              : "<td title=\"%s\">%s</td>"
                  .formatted(Html.escape(result.source()), figure.unit().text(result.value())));
    }
    return html.append("</tr>\n").toString();
  }

  /** Quality over the time for an image, a dot for each model. */
  private String charts() {
    StringBuilder html = new StringBuilder();
    List<ScoreColumn> charted =
        List.of(ScoreColumn.PIXEL_AUROC, ScoreColumn.IMAGE_AUROC, ScoreColumn.AUPRO);
    charted.stream()
        .filter(figure -> dots(figure).size() >= CHARTED)
        .limit(CHARTED)
        .forEach(figure -> html.append(card(figure)));
    return html.isEmpty()
        ? ""
        : "<section>\n<h2>Quality and time</h2>\n<div class=\"cards\">\n"
            + html
            + "</div>\n</section>\n";
  }

  /**
   * @param name the model's number
   */
  private record Dot(String name, double millis, double quality) {}

  private List<Dot> dots(ScoreColumn figure) {
    List<Dot> dots = new ArrayList<>();
    for (int i = 0; i < comparison.models().size(); i++) {
      ComparedModel model = comparison.models().get(i);
      double millis = comparison.mean(model, ScoreColumn.MILLIS_PER_IMAGE).mean();
      double quality = comparison.mean(model, figure).mean();
      if (!Double.isNaN(millis) && !Double.isNaN(quality)) {
        dots.add(new Dot(Integer.toString(i + 1), millis, quality));
      }
    }
    return dots;
  }

  private String card(ScoreColumn figure) {
    List<Dot> dots = dots(figure);
    double slowest = dots.stream().mapToDouble(Dot::millis).max().orElseThrow();
    double lowest = dots.stream().mapToDouble(Dot::quality).min().orElseThrow();
    double highest = dots.stream().mapToDouble(Dot::quality).max().orElseThrow();
    double margin = Math.max(0.01, (highest - lowest) * 0.15);
    SvgChart chart =
        new SvgChart(
            0, slowest * 1.15, Math.max(0, lowest - margin), Math.min(1, highest + margin));
    dots.forEach(dot -> chart.named(dot.millis, dot.quality, dot.name, "model"));
    return "<div class=\"card\"><h3>%s over time for an image</h3>\n%s<p class=\"keys\">%s</p></div>\n"
        .formatted(
            figure.heading(),
            chart.svg(figure.heading() + " by model", "ms/image", figure.heading()),
            keys(dots));
  }

  private String keys(List<Dot> dots) {
    StringBuilder html = new StringBuilder();
    for (Dot dot : dots) {
      ComparedModel model = comparison.models().get(Integer.parseInt(dot.name) - 1);
      html.append("<span>%s %s</span>\n".formatted(dot.name, Html.escape(model.title())));
    }
    return html.toString();
  }

  private String failures() {
    if (comparison.failed().isEmpty()) {
      return "";
    }
    return "<section class=\"wrapped\">\n<h2>Failed</h2>\n"
        + Html.table(
            List.of("run", "reason"),
            comparison.failed().stream()
                .map(
                    run ->
                        List.of(
                            "%s, %s, seed %d".formatted(run.category(), run.model(), run.seed()),
                            run.failure()))
                .toList())
        + "</section>\n";
  }

  private String models() {
    return Html.table(
        List.of("model", "extractor", "input", "settings", "training", "latents are"),
        comparison.models().stream()
            .map(
                model ->
                    List.of(
                        model.title(),
                        model.extractor(),
                        model.input(),
                        model.settings(),
                        model.training(),
                        model.latents()))
            .toList());
  }

  private String sources() {
    Set<String> sources = new LinkedHashSet<>();
    for (ComparedModel model : comparison.models()) {
      for (String category : comparison.categories()) {
        comparison.published(category, model).forEach(of -> add(of, sources));
      }
      comparison.publishedMean(model).forEach(of -> add(of, sources));
    }
    return sources.isEmpty()
        ? ""
        : "<p class=\"note\">Published figures are those that papers print, with other trainings and often other extractors: %s.</p>\n"
            .formatted(Html.escape(String.join("; ", sources)));
  }

  private static void add(Comparison.Published of, Set<String> sources) {
    of.figures().values().forEach(result -> sources.add(result.source()));
  }
}
