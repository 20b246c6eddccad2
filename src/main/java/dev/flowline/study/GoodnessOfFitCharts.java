package dev.flowline.study;

import dev.flowline.calibration.CountBand;
import dev.flowline.metrics.Curve;
import dev.flowline.page.Axis;
import dev.flowline.page.Card;
import dev.flowline.page.Numbers;
import dev.flowline.page.SvgChart;
import dev.flowline.segmentation.RegionLaw;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** The charts of the goodness-of-fit page, each with the sentence that says how to read it. */
final class GoodnessOfFitCharts {
  private static final String[] COLOURS = {"first", "second", "third", "fourth"};
  private static final int MOST_CLASSES = 2 * COLOURS.length;
  private static final int POINTS = 240;
  private static final double LEAST_LOG10_EPSILON = -3;
  private static final double MOST_LOG10_EPSILON = 1;

  private final GoodnessOfFitStudy study;

  GoodnessOfFitCharts(GoodnessOfFitStudy study) {
    this.study = study;
  }

  /** Returns the energies against chi-square, a card for each scale. */
  List<Card> energies() {
    return IntStream.range(0, study.scales().size()).mapToObj(this::energies).toList();
  }

  private Card energies(int scale) {
    ScaleStudy of = study.scales().get(scale);
    Curve quantiles = of.quantiles();
    double[] x = quantiles.x();
    double[] y = quantiles.y();
    double left = Math.max(x[0], 1e-6);
    double right = x[x.length - 1];
    SvgChart chart =
        new SvgChart(
            Axis.logarithmic(left, right),
            Axis.logarithmic(Math.min(left, y[0]), Math.max(right, y[y.length - 1])));
    chart
        .line(new Curve(new double[] {left, right}, new double[] {left, right}), "plain")
        .line(quantiles, "first");
    for (double share : new double[] {0.001, 0.01, 0.5}) {
      if (share * of.energies().count() >= 1) {
        chart.named(
            of.expectedFromAbove(share),
            of.energies().quantileFromAbove(share),
            Numbers.brief(100 - 100 * share).replaceAll("\\.0+$", "") + " %",
            "model");
      }
    }
    return new Card(
        "Scale %s, %s".formatted(scale, Numbers.count(of.channels(), "channel")),
        chart.svg(
            "quantiles of energy against chi-square",
            "energy per channel, chi-square",
            "energy per channel, measured"),
        List.of(
            new Card.Key("first", "good test images"),
            new Card.Key("plain", "if chi-square holds")),
        "Above the dotted line, energies are larger than those of chi-square. A dot shows the share of positions that lie below it.");
  }

  /** Returns the share of images that alarm, by log10 ε. */
  Card alarms() {
    double own = study.test().log10Epsilon();
    boolean shown = own >= 2 * LEAST_LOG10_EPSILON && own <= MOST_LOG10_EPSILON;
    double low = shown ? Math.min(LEAST_LOG10_EPSILON, Math.floor(own)) : LEAST_LOG10_EPSILON;
    double floor = 0.5 / study.images();
    SvgChart chart = new SvgChart(Axis.linear(low, MOST_LOG10_EPSILON), Axis.logarithmic(floor, 1));
    List<Card.Key> keys = new ArrayList<>();
    chart.line(curve(low, MOST_LOG10_EPSILON, RuleAlarms::bound), "plain");
    for (RuleAlarms rule : study.rules()) {
      chart.line(curve(low, MOST_LOG10_EPSILON, rule::share), rule.rule().css);
      keys.add(new Card.Key(rule.rule().css, rule.rule().title));
    }
    keys.add(new Card.Key("plain", "bound"));
    if (shown) {
      chart.upright(own, "threshold", "ink");
    }
    return new Card(
        "Good images that alarm, by log10ε",
        chart.svg("share of good images that alarm", "log10ε", "share of good test images"),
        keys,
        "A rule above the grey dotted line does not keep its bound; a rule far below it finds less than it could. On the lower edge no image alarms."
            + (shown
                ? ""
                : " The log10ε of the model, %s, lies outside.".formatted(Numbers.brief(own))));
  }

  private static Curve curve(double low, double high, DoubleUnaryOperator of) {
    double[] x = new double[POINTS + 1];
    double[] y = new double[POINTS + 1];
    for (int i = 0; i <= POINTS; i++) {
      x[i] = low + (high - low) * i / POINTS;
      y[i] = of.applyAsDouble(x[i]);
    }
    return new Curve(x, y);
  }

  /**
   * Returns the strongest regions against their law, a few classes a card, and the baselines if it
   * is relative; none without a law.
   */
  List<Card> law() {
    RegionLaw law = study.law();
    if (law == null) {
      return List.of();
    }
    List<Integer> classes = thinned(law.classes());
    List<Card> cards = new ArrayList<>();
    for (int from = 0; from < classes.size(); from += COLOURS.length) {
      cards.add(law(classes.subList(from, Math.min(classes.size(), from + COLOURS.length))));
    }
    if (law.isRelative()) {
      cards.add(
          law(
              "Baselines: how strange images are all over",
              Map.of("images as a whole", study.baselineShares()),
              "The share of good test images that are so strange all over that, by the law, only the share on the abscissa is."));
    }
    return cards;
  }

  /** Evenly, first and last among them. */
  private static List<Integer> thinned(int classes) {
    int some = Math.min(classes, MOST_CLASSES);
    List<Integer> thinned = new ArrayList<>();
    for (int i = 0; i < some; i++) {
      thinned.add(some == 1 ? 0 : (int) Math.round((double) i * (classes - 1) / (some - 1)));
    }
    return thinned;
  }

  private Card law(List<Integer> classes) {
    Map<String, double[]> given = new LinkedHashMap<>();
    for (int k : classes) {
      given.put(String.format(Locale.ROOT, "%,d and more", 1 << k), study.lawShares(k));
    }
    return law(
        classes.get(0) == 0 ? "Regions by their number of positions" : "Larger regions",
        given,
        "The share of good test images with a region so strong that, by the law, only the share on the abscissa has one.");
  }

  /**
   * Returns a card of what the law says beside what is.
   *
   * @param given the shares of good images that the law gives the images, ascending, by the name of
   *     their curve
   * @param meaning the sentence that says what a point of a curve is
   */
  private Card law(String title, Map<String, double[]> given, String meaning) {
    int images = study.images();
    int measuredOn = study.law().images();
    double least = 0.5 / images;
    SvgChart chart = new SvgChart(Axis.logarithmic(least, 1), Axis.logarithmic(least, 1));
    chart.band(
        shares(least, share -> (double) CountBand.of(share, images, measuredOn).low() / images),
        shares(least, share -> (double) CountBand.of(share, images, measuredOn).high() / images),
        "plain");
    chart.line(shares(least, share -> share), "plain");
    List<Card.Key> keys = new ArrayList<>();
    for (Map.Entry<String, double[]> curve : given.entrySet()) {
      String css = COLOURS[keys.size()];
      double[] sorted = curve.getValue();
      chart.line(shares(least, share -> (double) upTo(sorted, share) / images), css);
      keys.add(new Card.Key(css, curve.getKey()));
    }
    keys.add(new Card.Key("plain", "if the law holds"));
    double supported = 1 / (measuredOn + 1.0);
    if (supported > least) {
      chart.upright(supported, "extrapolated to the left", "ink");
    }
    return new Card(
        title,
        chart.svg(
            "share of images against the region law",
            "share of good images, by the law",
            "share of good test images"),
        keys,
        meaning
            + " The band holds 95 %% of all draws of %s images and of the %s that the law was measured on: above it the law is too lenient, below it too strict."
                .formatted(images, measuredOn));
  }

  /** Over shares evenly on their logarithms. */
  private static Curve shares(double least, DoubleUnaryOperator of) {
    Curve log = curve(Math.log(least), 0, x -> of.applyAsDouble(Math.min(1, Math.exp(x))));
    double[] x = log.x();
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.exp(x[i]);
    }
    return new Curve(x, log.y());
  }

  private static int upTo(double[] sorted, double limit) {
    int count = 0;
    while (count < sorted.length && sorted[count] <= limit * (1 + 1e-9)) {
      count++;
    }
    return count;
  }

  /** Returns how energies correlate, by distance; empty if there are no distances. */
  Optional<Card> correlations() {
    return study.scales().stream().anyMatch(scale -> scale.positions().varies())
        ? Optional.of(correlationsByDistance())
        : Optional.empty();
  }

  private Card correlationsByDistance() {
    SvgChart chart = new SvgChart(0, 8, -0.2, 1);
    chart.level(0, "ink");
    List<Card.Key> keys = new ArrayList<>();
    for (int scale = 0; scale < study.scales().size(); scale++) {
      PositionStatistics positions = study.scales().get(scale).positions();
      String css = COLOURS[scale % COLOURS.length];
      if (positions.varies()) {
        chart.line(known(positions.correlations()), css);
        keys.add(new Card.Key(css, "scale " + scale));
      }
    }
    return new Card(
        "Correlation of energies",
        chart.svg(
            "correlation of energies by distance",
            "positions apart, in a row or a column",
            "correlation over images"),
        keys,
        "If positions are independent, it is 0 at every distance. If they correlate, the positions of a region are weaker evidence than their number suggests.");
  }

  private static Curve known(double[] correlations) {
    int points = 0;
    while (points < correlations.length && !Double.isNaN(correlations[points])) {
      points++;
    }
    double[] x = new double[points];
    double[] y = new double[points];
    for (int i = 0; i < points; i++) {
      x[i] = PositionStatistics.DISTANCES[i];
      y[i] = correlations[i];
    }
    return new Curve(x, y);
  }
}
