package dev.flowline.eval;

import dev.flowline.metrics.Aupro;
import dev.flowline.page.Card;
import dev.flowline.page.Numbers;
import dev.flowline.page.SvgChart;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** The charts of a report, each with a sentence on how to read it. */
final class ReportCharts {
  private final EvaluationResult result;
  private final EvaluationDetails details;

  ReportCharts(EvaluationResult result) {
    this.result = result;
    this.details = result.details();
  }

  /** Returns the charts in the order shown, those of masks only if there are any. */
  List<Card> cards() {
    List<Card> cards = new ArrayList<>();
    cards.add(significances());
    if (!Double.isNaN(result.nfaImageAuroc())) {
      cards.add(roc());
    }
    if (!Double.isNaN(result.aupro())) {
      cards.add(pro());
    }
    if (details.meanIouByLog10Epsilon().points() > 0) {
      cards.add(figure7());
    }
    cards.add(scores());
    return cards;
  }

  private Card roc() {
    SvgChart chart = new SvgChart(0, 1, 0, 1);
    List<Card.Key> keys = new ArrayList<>();
    if (!Double.isNaN(result.pixelAuroc())) {
      chart.line(details.pixelRoc(), "first");
      keys.add(new Card.Key("first", "pixels, AUROC " + Numbers.fixed(result.pixelAuroc(), 4)));
    }
    chart.line(details.imageRoc(), "second");
    keys.add(
        new Card.Key(
            "second", "images by log10NFA, AUROC " + Numbers.fixed(result.nfaImageAuroc(), 4)));
    return new Card(
        keys.size() == 1 ? "ROC: images" : "ROC: pixels and images",
        chart.svg("ROC curves", "false positive rate", "true positive rate"),
        keys,
        "The closer a curve comes to the upper left corner, the better the numbers separate"
            + " defects from good material, whatever the threshold.");
  }

  private Card pro() {
    SvgChart chart = new SvgChart(0, Aupro.FPR_LIMIT, 0, 1);
    chart.line(details.pro(), "first");
    return new Card(
        "Per-region overlap",
        chart.svg("PRO curve", "false positive rate", "mean overlap of regions"),
        List.of(
            new Card.Key("first", "AUPRO " + Numbers.fixed(result.aupro(), 4) + " (limit 0.3)")),
        "How much of each defective region is covered on average while the share of good pixels"
            + " on the abscissa is wrongly marked; here a small defect counts as much as a large"
            + " one.");
  }

  private Card figure7() {
    String title = "mIoU against log10ε";
    String reading =
        "A flat curve around the automatic threshold means that nobody has to tune it"
            + (result.hasFair()
                ? "; the dashed line is what a threshold of the anomaly map, taken from good"
                    + " training images, reaches."
                : ".");
    double[] x = details.meanIouByLog10Epsilon().x();
    double top = Math.min(1.0, Math.ceil(result.meanIou().oracle() * 10 + 1) / 10);
    SvgChart chart = new SvgChart(x[0], x[x.length - 1], 0, top);
    chart.line(details.meanIouByLog10Epsilon(), "first");
    if (!Double.isNaN(result.meanIou().fair())) {
      chart.level(Math.min(result.meanIou().fair(), top), "fair");
    }
    chart
        .upright(result.log10Epsilon(), "", "automatic")
        .dot(result.oracleThreshold(), result.meanIou().oracle(), "oracle")
        .dot(result.log10Epsilon(), result.meanIou().automatic(), "automatic");
    List<Card.Key> keys = new ArrayList<>();
    keys.add(
        new Card.Key("automatic", "automatic " + Numbers.fixed(result.meanIou().automatic(), 4)));
    keys.add(
        new Card.Key(
            "oracle",
            "oracle %s at %s"
                .formatted(
                    Numbers.fixed(result.meanIou().oracle(), 4),
                    Numbers.brief(result.oracleThreshold()))));
    if (result.hasFair()) {
      keys.add(new Card.Key("fair", "fair " + Numbers.fixed(result.meanIou().fair(), 4)));
    }
    return new Card(
        title, chart.svg("mean IoU by log10 epsilon", "log10ε", "mean IoU"), keys, reading);
  }

  private Card scores() {
    DoubleStream all = details.outcomes().stream().mapToDouble(ImageOutcome::anomalyScore);
    double[] sorted = all.sorted().toArray();
    double low = sorted.length == 0 ? 0 : sorted[0];
    double high = sorted.length == 0 ? 1 : sorted[sorted.length - 1];
    double margin = Math.max((high - low) * 0.02, 1e-6);
    Histogram histogram =
        Histogram.of(details.outcomes(), ImageOutcome::anomalyScore, low - margin, high + margin);
    SvgChart chart = histogram.chart();
    if (result.fairThreshold() > low - margin && result.fairThreshold() < high + margin) {
      chart.upright(result.fairThreshold(), "fair threshold", "fair");
    }
    return new Card(
        "Anomaly scores of images",
        chart.svg("histogram of anomaly scores", "anomaly score", "images"),
        goodAndDefect(),
        "The less the two colours overlap, the more surely an image can be sorted by its score"
            + " alone.");
  }

  private Card significances() {
    double threshold = result.log10Epsilon();
    double[] sorted =
        details.outcomes().stream()
            .mapToDouble(ImageOutcome::minLog10Nfa)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double lowest = sorted.length == 0 ? threshold : sorted[0];
    double highest = sorted.length == 0 ? threshold : sorted[sorted.length - 1];
    double above = Math.max(highest - threshold, 1);
    double tail = sorted.length == 0 ? threshold : sorted[sorted.length / 10];
    // A few defects far out must not squeeze the images about the threshold into a bar or two.
    double low = Math.max(lowest, Math.min(threshold - above, tail));
    low = Math.min(low, threshold - above / 10);
    double high = Math.max(highest, threshold + above / 10);
    double margin = (high - low) / 50;
    Histogram histogram =
        Histogram.of(details.outcomes(), ImageOutcome::minLog10Nfa, low - margin, high + margin);
    return new Card(
        "Smallest log10NFA of images",
        histogram
            .chart()
            .upright(result.log10Epsilon(), "log10ε", "automatic")
            .svg("histogram of smallest log10 NFA", "smallest log10NFA", "images"),
        goodAndDefect(),
        "Left of log10ε an image is reported as defective: good images there are false alarms,"
            + " defective ones to its right are missed. The outermost bars hold everything"
            + " beyond.");
  }

  private static List<Card.Key> goodAndDefect() {
    return List.of(new Card.Key("good", "good"), new Card.Key("defect", "defective"));
  }
}
