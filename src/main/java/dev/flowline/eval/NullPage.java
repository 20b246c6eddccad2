package dev.flowline.eval;

import dev.flowline.data.Sample;
import dev.flowline.io.AtomicFile;
import dev.flowline.line.LatentProbe;
import dev.flowline.metrics.BinomialInterval;
import dev.flowline.metrics.Curve;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.Calibration;
import dev.flowline.segmentation.RegionLaw;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Is the null true? A page on the good test images of an evaluation. */
public final class NullPage {
  private static final double LEAST_LOG10_EPSILON = -4;
  private static final double[] ASKED = {0, -1, -2};
  private static final String[] COLOURS = {"first", "second", "third", "fourth"};

  private final String title;
  private final NullStudy study;
  private final RegionLaw law; // null where the model has none
  private final Calibration calibration; // likewise
  private final List<NullRule> rules;

  NullPage(String title, NullStudy study, RegionLaw law, Calibration calibration) {
    this.title = title;
    this.study = study;
    this.law = law;
    this.calibration = calibration;
    rules = rules(law);
  }

  private static List<NullRule> rules(RegionLaw law) {
    return Arrays.stream(NullRule.values())
        .filter(rule -> rule != NullRule.CALIBRATED || law != null)
        .toList();
  }

  /**
   * Looks at good images and makes the page of what is seen.
   *
   * @param good at least one image that neither flow nor law nor threshold has seen
   * @param done hears of every image
   * @throws IOException naming the file, if an image cannot be read
   */
  public static NullPage of(String title, AnomalyModel model, List<Sample> good, Runnable done)
      throws IOException {
    RegionLaw law = model.config().segmentation().law();
    NullStudy study = new NullStudy(model.cost().latentShapes());
    try (LatentProbe probe =
        new LatentProbe(model, rules(law).stream().map(rule -> rule.options(law)).toList())) {
      probe.look(NullStudy.chosen(good), study::add, done);
    }
    return new NullPage(title, study, law, model.config().calibration());
  }

  /** Of how many images {@link #of} looks at how many. */
  public static int looksAt(int good) {
    return NullStudy.chosen(java.util.Collections.nCopies(good, 0)).size();
  }

  /** Writes {@code null.html} into the folder. */
  public void write(Path folder) throws IOException {
    AtomicFile.write(folder.resolve("null.html"), html());
  }

  /** The page. */
  public String html() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("energies", energies());
    parts.put("law", lawCards());
    parts.put("maps", maps());
    parts.put("alarms", alarms());
    parts.put("rules", ruleTable());
    parts.put("choice", choice());
    return Html.page("null hypothesis", title, verdict(), "null.html", parts);
  }

  /** That chi-square is false where the widest scale's deviation is half as much again. */
  private boolean chiSquareHolds() {
    for (int scale = 0; scale < study.scales(); scale++) {
      NullStudy.Energies e = study.energiesOf(scale);
      boolean deviates = e.deviation() > 1.25 * e.chiSquareDeviation();
      if (deviates || Math.abs(e.mean() - 1) > 0.25) {
        return false;
      }
    }
    return true;
  }

  private String verdict() {
    return chiSquareHolds()
        ? "Energies of these %s are about chi-square.".formatted(images())
        : "Energies of these %s are not chi-square: a test that takes them for such promises what it cannot keep."
            .formatted(images());
  }

  private String images() {
    return Numbers.count(study.images(), "good image");
  }

  private String energies() {
    StringBuilder html = new StringBuilder();
    for (int scale = 0; scale < study.scales(); scale++) {
      NullStudy.Energies e = study.energiesOf(scale);
      Curve q = e.quantiles();
      double low = Math.min(min(q.x()), min(q.y()));
      double high = Math.max(max(q.x()), max(q.y()));
      SvgChart chart = new SvgChart(low, high, low, high);
      chart
          .line(new Curve(new double[] {low, high}, new double[] {low, high}), "plain")
          .line(q, "first");
      html.append(
          card(
              "Scale %d, %d channels".formatted(scale, study.channels(scale)),
              key("first", "energy by channel, good test images") + key("plain", "as it should be"),
              chart.svg(
                  "quantiles of energy against chi-square",
                  "log10 of the chi-square's quantile",
                  "log10 of the measured one"),
              "Mean %s (1), standard deviation %s (%s), largest %s."
                  .formatted(
                      Numbers.fixed(e.mean(), 3),
                      Numbers.fixed(e.deviation(), 3),
                      Numbers.fixed(e.chiSquareDeviation(), 3),
                      Numbers.brief(e.largest()))));
    }
    return html.toString();
  }

  private String lawCards() {
    if (law == null) {
      return "<p class=\"note\">The model has no law of regions: <code>calibrate</code> measures one.</p>\n";
    }
    StringBuilder html = new StringBuilder();
    int classes = law.classes();
    for (int from = 0; from < classes; from += COLOURS.length) {
      SvgChart chart = new SvgChart(0, 1, 0, 1);
      chart.line(new Curve(new double[] {0, 1}, new double[] {0, 1}), "plain");
      StringBuilder keys = new StringBuilder();
      int to = Math.min(classes, from + COLOURS.length);
      for (int k = from; k < to; k++) {
        chart.line(shareAgainstPromise(k), COLOURS[k - from]);
        keys.append(key(COLOURS[k - from], "%d and more".formatted(1 << k)));
      }
      html.append(
          card(
              "Regions of so many positions",
              keys.toString(),
              chart.svg(
                  "measured share against the law",
                  "share that the law expects",
                  "share of the good test images"),
              "How many good test images have a region as strong as the law says that this share has. With %s a line may leave the diagonal by %s."
                  .formatted(images(), Numbers.fixed(1 / Math.sqrt(study.images()), 2))));
    }
    return html.toString();
  }

  /** The share of images at or below a promised probability, by that probability. */
  private Curve shareAgainstPromise(int k) {
    double[] p =
        Arrays.stream(study.maxima(k))
            .map(level -> Math.pow(10, law.log10Pfa(k, (float) level)))
            .sorted()
            .toArray();
    double[] x = new double[p.length + 2];
    double[] y = new double[p.length + 2];
    for (int i = 0; i < p.length; i++) {
      x[i + 1] = p[i];
      y[i + 1] = (i + 1.0) / p.length;
    }
    x[p.length + 1] = 1;
    y[p.length + 1] = 1;
    return new Curve(x, y);
  }

  private String maps() {
    StringBuilder html = new StringBuilder();
    for (int scale = 0; scale < study.scales(); scale++) {
      if (!study.hasPositions(scale) || study.images() < 2) {
        continue;
      }
      int width = study.width(scale);
      float[] variance = study.varianceMap(scale);
      double most = Math.max(2, quantile(variance, 0.98));
      Curve byDistance = study.correlationByDistance(scale);
      List<String> words = new ArrayList<>();
      for (int i = 0; i < byDistance.points(); i++) {
        words.add(
            "%s at %s"
                .formatted(
                    Numbers.fixed(byDistance.y()[i], 2), Numbers.fixed(byDistance.x()[i], 0)));
      }
      html.append(
          card(
              "Scale " + scale,
              "",
              "<div class=\"pictures three\">%s%s%s</div>"
                  .formatted(
                      picture(
                          "mean energy, 0 to 2",
                          ColourMap.magma(0, 2),
                          study.meanMap(scale),
                          width),
                      picture(
                          "variance, 0 to %s times the chi-square's".formatted(Numbers.brief(most)),
                          ColourMap.magma(0, most),
                          variance,
                          width),
                      picture(
                          "correlation with the right neighbour, −1 to 1",
                          ColourMap.diverging(0, 1),
                          study.correlationMap(scale),
                          width)),
              "Correlation of energies over the images, mean over positions: %s apart. Independent would be 0."
                  .formatted(String.join(", ", words))));
    }
    return html.isEmpty() ? "<p class=\"note\">Latents have no positions.</p>\n" : html.toString();
  }

  private static String picture(String caption, ColourMap colours, float[] map, int width) {
    return Html.figure(caption, Html.png(colours.image(map, width)));
  }

  private String alarms() {
    double highest = 2;
    SvgChart chart = new SvgChart(LEAST_LOG10_EPSILON, highest, 0, 1);
    StringBuilder keys = new StringBuilder(key("plain", "promised: at most"));
    chart.line(promise(highest), "plain");
    for (NullRule rule : rules) {
      chart.line(measured(rule, highest), rule.css);
      keys.append(key(rule.css, rule.title));
    }
    if (calibration != null && law != null) {
      double at = Math.max(LEAST_LOG10_EPSILON, calibration.log10Epsilon());
      chart.upright(at, "log10ε of the model", 0, "automatic");
    }
    return card(
        "Good images that alarm, by log10ε",
        keys.toString(),
        chart.svg("share of good images that alarm", "log10ε", "share of good test images"),
        "A rule whose line lies above the promise, a share of at most ε, does not keep it. A line far below it finds less than it could.");
  }

  private Curve promise(double highest) {
    int points = 61;
    double[] x = new double[points];
    double[] y = new double[points];
    for (int i = 0; i < points; i++) {
      x[i] = LEAST_LOG10_EPSILON + (highest - LEAST_LOG10_EPSILON) * i / (points - 1);
      y[i] = Math.min(1, Math.pow(10, x[i]));
    }
    return new Curve(x, y);
  }

  private Curve measured(NullRule rule, double highest) {
    int points = 241;
    double[] x = new double[points];
    double[] y = new double[points];
    for (int i = 0; i < points; i++) {
      x[i] = LEAST_LOG10_EPSILON + (highest - LEAST_LOG10_EPSILON) * i / (points - 1);
      y[i] = (double) study.alarms(rule, x[i]) / study.images();
    }
    return new Curve(x, y);
  }

  private String ruleTable() {
    List<String> headings = new ArrayList<>(List.of("rule"));
    for (double asked : ASKED) {
      headings.add("at log10ε = " + Numbers.fixed(asked, 0));
      headings.add("promised");
    }
    List<List<String>> rows = new ArrayList<>();
    for (NullRule rule : rules) {
      List<String> row = new ArrayList<>(List.of(rule.title));
      for (double asked : ASKED) {
        row.add(measuredInWords(study.alarms(rule, asked)));
        row.add("at most " + percent(Math.min(1, Math.pow(10, asked))));
      }
      rows.add(row);
    }
    String table = Html.table(headings, rows);
    if (calibration == null) {
      return table;
    }
    NullRule rule = law == null ? NullRule.BY_SIZE : NullRule.CALIBRATED;
    return table
        + "<p class=\"note\">The model's own threshold, log10ε = %s from %s kept for it: promised at most %s, measured here %s.</p>\n"
            .formatted(
                Numbers.fixed(calibration.log10Epsilon(), 2),
                Numbers.count(calibration.goodImages(), "good image"),
                percent(calibration.falseAlarmRate()),
                measuredInWords(study.alarms(rule, calibration.log10Epsilon())));
  }

  private String measuredInWords(int alarms) {
    BinomialInterval interval = BinomialInterval.of(alarms, study.images());
    return "%d of %d (%s to %s)"
        .formatted(alarms, study.images(), percent(interval.low()), percent(interval.high()));
  }

  private String choice() {
    List<String> sentences = new ArrayList<>();
    for (int scale = 0; scale < study.scales(); scale++) {
      NullStudy.Energies e = study.energiesOf(scale);
      sentences.add(
          "Energies of scale %d have %s times the chi-square's standard deviation."
              .formatted(scale, Numbers.fixed(e.deviation() / e.chiSquareDeviation(), 1)));
    }
    if (law == null) {
      sentences.add("Chosen is chi-square, since nothing was measured on good images.");
    } else {
      sentences.add(
          String.format(
              Locale.ROOT,
              "Chosen is the law of regions, measured on %d good images: it takes neither a distribution of energies nor independent positions for granted.",
              law.images()));
      sentences.add(
          "It has no count of polyominoes: it is the law of an image's strongest region of a class, so that regions are counted already and only the %d classes are."
              .formatted(law.classes()));
      sentences.add(
          "Below log10NFA = %s it is extrapolated by the form of its tail."
              .formatted(Numbers.fixed(law.supportedLog10Nfa(), 2)));
    }
    StringBuilder html = new StringBuilder();
    sentences.forEach(s -> html.append("<p>").append(Html.escape(s)).append("</p>\n"));
    return html.toString();
  }

  private static String percent(double share) {
    return Numbers.fixed(share * 100, 1) + " %";
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElse(0);
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElse(1);
  }

  private static double quantile(float[] values, double share) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (share * (sorted.length - 1))];
  }

  private static String key(String css, String text) {
    return "<span><i class=\"key %s\"></i>%s</span>".formatted(css, Html.escape(text));
  }

  private static String card(String title, String keys, String figure, String reading) {
    return """
        <section class="card">
        <h3>%s</h3>
        <div class="keys">%s</div>
        %s
        <p class="note">%s</p>
        </section>
        """
        .formatted(Html.escape(title), keys, figure, Html.escape(reading));
  }
}
