package dev.flowline.study;

import dev.flowline.calibration.BinomialInterval;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CountBand;
import dev.flowline.calibration.GoodImages;
import dev.flowline.data.Sample;
import dev.flowline.engine.EncodedImages;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.AtomicFile;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Is the null true? A page on the good test images of an evaluation, which needs nothing but itself
 * and links to its report.
 */
public final class GoodnessOfFitPage {
  private static final List<String> SCALE_HEADINGS =
      List.of(
          "scale",
          "channels",
          "mean",
          "standard deviation",
          "by chi-square",
          "times",
          "largest",
          "by chi-square",
          "correlation of neighbours",
          "chi-square");
  private static final List<String> RULE_HEADINGS =
      List.of(
          "rule",
          "log10ε",
          "promised, at most",
          "good images that alarm",
          "measured",
          "95 % interval",
          "promise");

  private final String title;
  private final GoodnessOfFitStudy study;

  GoodnessOfFitPage(String title, GoodnessOfFitStudy study) {
    this.title = title;
    this.study = study;
  }

  /**
   * Looks at good images and makes the page of what is seen.
   *
   * @param good at least one image that neither flow nor law nor threshold has seen
   * @param done runs after every image
   * @throws IOException naming the file, if an image cannot be read
   */
  public static GoodnessOfFitPage of(
      String title, AnomalyModel model, List<Sample> good, Runnable done) throws IOException {
    ModelConfig config = model.config();
    try (Encoder encoder = new TorchEncoder(model)) {
      GoodnessOfFitStudy study =
          new GoodnessOfFitStudy(
              encoder.latentShapes(), config.segmentation(), config.calibration());
      GoodImages images = new EncodedImages(encoder, config.preprocessing(), good, done);
      try (LatentProbe probe = new LatentProbe(study.tests(), encoder.device())) {
        probe.look(images, study::add);
      }
      return new GoodnessOfFitPage(title, study);
    }
  }

  /** Writes {@code null.html} into the folder. */
  public void write(Path folder) throws IOException {
    AtomicFile.write(folder.resolve("null.html"), html());
  }

  /** The page. */
  public String html() {
    GoodnessOfFitCharts charts = new GoodnessOfFitCharts(study);
    GoodnessOfFitMaps maps = new GoodnessOfFitMaps(study.scales());
    GoodnessOfFitSummary words = new GoodnessOfFitSummary(study);
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("choice", list(words.choice()));
    parts.put("alarms", charts.alarms());
    parts.put("ruleWords", list(words.rules()));
    parts.put("rules", Html.table(RULE_HEADINGS, rules()));
    parts.put("energyWords", list(words.energies()));
    parts.put("energies", charts.energies());
    parts.put("scales", Html.table(SCALE_HEADINGS, scales()));
    parts.put("law", charts.law());
    parts.put("legends", maps.legends());
    parts.put("maps", maps.cards());
    parts.put("correlations", charts.correlations());
    return Html.page(
        "null hypothesis",
        title,
        words.verdict(),
        "/dev/flowline/study/goodness-of-fit.html",
        parts);
  }

  private static String list(List<String> sentences) {
    StringBuilder html = new StringBuilder("<ul>\n");
    sentences.forEach(s -> html.append("<li>").append(Html.escape(s)).append("</li>\n"));
    return html.append("</ul>\n").toString();
  }

  private List<List<String>> scales() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < study.scales().size(); i++) {
      ScaleStudy scale = study.scales().get(i);
      EnergyDistribution energies = scale.energies();
      rows.add(
          List.of(
              Integer.toString(i),
              Integer.toString(scale.channels()),
              Numbers.fixed(energies.mean(), 3),
              Numbers.fixed(energies.deviation(), 3),
              Numbers.fixed(scale.expectedDeviation(), 3),
              Numbers.fixed(scale.deviationRatio(), 2),
              Numbers.brief(energies.largest()),
              Numbers.brief(scale.expectedLargest()),
              Numbers.fixed(scale.neighbours(), 2),
              scale.isChiSquare() && scale.isIndependent() ? "holds" : "does not hold"));
    }
    return rows;
  }

  private List<List<String>> rules() {
    List<List<String>> rows = new ArrayList<>();
    for (RuleAlarms rule : study.rules()) {
      for (double log10Epsilon : GoodnessOfFitSummary.LOG10_EPSILONS) {
        rows.add(
            row(
                rule.rule().title,
                rule,
                log10Epsilon,
                RuleAlarms.promised(log10Epsilon),
                rule.keeps(log10Epsilon)));
      }
    }
    Calibration calibration = study.calibration();
    if (calibration != null && study.ownRule().isPresent()) {
      RuleAlarms own = study.ownRule().orElseThrow();
      double promised = calibration.promised();
      // A tolerance limit bounds the rate itself, an average the mean over calibrations.
      double estimatedFrom =
          calibration.asked().confidence() == null
              ? calibration.goodImages()
              : Double.POSITIVE_INFINITY;
      int most = CountBand.of(promised, own.images(), estimatedFrom).high();
      rows.add(
          row(
              "the model's own threshold",
              own,
              calibration.log10Epsilon(),
              promised,
              own.alarms(calibration.log10Epsilon()) <= most));
    }
    return rows;
  }

  private static List<String> row(
      String name, RuleAlarms rule, double log10Epsilon, double promised, boolean kept) {
    int alarms = rule.alarms(log10Epsilon);
    BinomialInterval interval = BinomialInterval.of(alarms, rule.images());
    return List.of(
        name,
        Numbers.fixed(log10Epsilon, log10Epsilon == Math.rint(log10Epsilon) ? 0 : 2),
        Numbers.percent(promised),
        Numbers.share(alarms, rule.images()),
        Numbers.percent(rule.share(log10Epsilon)),
        Numbers.percent(interval.low()) + " to " + Numbers.percent(interval.high()),
        kept ? "kept" : "broken");
  }
}
