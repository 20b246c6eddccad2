package dev.flowline.eval;

import dev.flowline.metrics.Aupro;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.page.SvgChart;
import java.util.List;
import java.util.stream.DoubleStream;

/** The report's charts, each with the sentence that says how to read it. */
final class ReportCharts {
  private final EvaluationResult result;
  private final EvaluationDetails details;

  ReportCharts(EvaluationResult result) {
    this.result = result;
    this.details = result.details();
  }

  String html() {
    return String.join("\n", List.of(roc(), pro(), figure7(), scores(), significances()));
  }

  private String roc() {
    SvgChart chart = new SvgChart(0, 1, 0, 1);
    chart.line(details.pixelRoc(), "first").line(details.imageRoc(), "second");
    return Html.card(
        "ROC: pixels and images",
        chart.svg("ROC curves", "false positive rate", "true positive rate"),
        Html.key("first", "pixels, AUROC " + Numbers.fixed(result.pixelAuroc(), 4))
            + Html.key("second", "images, AUROC " + Numbers.fixed(result.imageAuroc(), 4)),
        "The closer a curve comes to the upper left corner, the better the scores separate"
            + " defects from good material, whatever the threshold.");
  }

  private String pro() {
    SvgChart chart = new SvgChart(0, Aupro.FPR_LIMIT, 0, 1);
    chart.line(details.pro(), "first");
    return Html.card(
        "Per-region overlap",
        chart.svg("PRO curve", "false positive rate", "mean overlap of regions"),
        Html.key("first", "AUPRO " + Numbers.fixed(result.aupro(), 4) + " (limit 0.3)"),
        "How much of each defective region is covered on average while the share of good pixels"
            + " on the abscissa is wrongly marked; here a small defect counts as much as a large"
            + " one.");
  }

  private String figure7() {
    String title = "mIoU against log10ε";
    String reading =
        "A flat curve around the automatic threshold means that nobody has to tune it; the"
            + " dashed line is what a threshold of the anomaly map, taken from good training"
            + " images, reaches.";
    double[] x = details.meanIouByLog10Epsilon().x();
    if (x.length == 0) {
      return Html.card(
          title, unknown("There are no ground-truth masks to compare with."), "", reading);
    }
    double top = Math.min(1.0, Math.ceil(result.meanIou().oracle() * 10 + 1) / 10);
    SvgChart chart = new SvgChart(x[0], x[x.length - 1], 0, top);
    chart.line(details.meanIouByLog10Epsilon(), "first");
    if (!Double.isNaN(result.meanIou().fair())) {
      chart.level(Math.min(result.meanIou().fair(), top), "", "fair");
    }
    chart
        .upright(result.log10Epsilon(), "", 0, "automatic")
        .dot(result.oracleThreshold(), result.meanIou().oracle(), "oracle")
        .dot(result.log10Epsilon(), result.meanIou().automatic(), "automatic");
    return Html.card(
        title,
        chart.svg("mean IoU by log10 epsilon", "log10ε", "mean IoU"),
        Html.key("automatic", "automatic " + Numbers.fixed(result.meanIou().automatic(), 4))
            + Html.key(
                "oracle",
                "oracle %s at %s"
                    .formatted(
                        Numbers.fixed(result.meanIou().oracle(), 4),
                        Numbers.brief(result.oracleThreshold())))
            + Html.key("fair", "fair " + Numbers.fixed(result.meanIou().fair(), 4)),
        reading);
  }

  private String scores() {
    DoubleStream all = details.outcomes().stream().mapToDouble(ImageOutcome::anomalyScore);
    double[] sorted = all.sorted().toArray();
    double low = sorted.length == 0 ? 0 : sorted[0];
    double high = sorted.length == 0 ? 1 : sorted[sorted.length - 1];
    double margin = Math.max((high - low) * 0.02, 1e-6);
    Histogram histogram =
        Histogram.of(details.outcomes(), ImageOutcome::anomalyScore, low - margin, high + margin);
    SvgChart chart = histogram.chart();
    if (result.fairThreshold() > low - margin && result.fairThreshold() < high + margin) {
      chart.upright(result.fairThreshold(), "fair threshold", 0, "fair");
    }
    return Html.card(
        "Anomaly scores of images",
        chart.svg("histogram of anomaly scores", "anomaly score", "images"),
        goodAndDefect(),
        "The less the two colours overlap, the more surely an image can be sorted by its score"
            + " alone.");
  }

  private String significances() {
    double high = details.highestLog10Nfa();
    double span = Math.max(high - result.log10Epsilon(), 10);
    double[] sorted =
        details.outcomes().stream()
            .mapToDouble(ImageOutcome::smallestLog10Nfa)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double tail = sorted.length == 0 ? 0 : sorted[sorted.length / 10];
    double low = Math.min(result.log10Epsilon() - span / 2, tail);
    if (!Double.isFinite(high)) {
      high = result.log10Epsilon() + span;
    }
    Histogram histogram =
        Histogram.of(
            details.outcomes(),
            ImageOutcome::smallestLog10Nfa,
            low,
            Math.max(high, result.log10Epsilon() + 10));
    return Html.card(
        "Smallest log10NFA of images",
        histogram
            .chart()
            .upright(result.log10Epsilon(), "log10ε", 0, "automatic")
            .svg("histogram of smallest log10 NFA", "smallest log10NFA", "images"),
        goodAndDefect(),
        "Left of log10ε an image is reported as defective: good images there are false alarms,"
            + " defective ones to its right are missed. The outermost bars hold everything"
            + " beyond.");
  }

  private static String goodAndDefect() {
    return Html.key("good", "good") + Html.key("defect", "defective");
  }

  private static String unknown(String why) {
    return "<p class=\"unknown\">%s</p>".formatted(why);
  }
}
