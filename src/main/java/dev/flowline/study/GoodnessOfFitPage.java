package dev.flowline.study;

import dev.flowline.calibration.BinomialInterval;
import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.CountBand;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.calibration.GoodImages;
import dev.flowline.data.Sample;
import dev.flowline.engine.EncodedImages;
import dev.flowline.engine.Encoder;
import dev.flowline.engine.TorchEncoder;
import dev.flowline.io.AtomicFile;
import dev.flowline.io.ImagesDone;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.ModelConfig;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page on how well the null hypotheses fit the good test images of an evaluation. It needs
 * nothing but itself and links to the evaluation's report.
 */
public final class GoodnessOfFitPage {
  /** The name of the file that {@link #write} makes. */
  public static final String FILE = "goodness-of-fit.html";

  static final List<String> SCALE_HEADINGS =
      List.of(
          "scale",
          "channels",
          "mean",
          "standard deviation",
          "of chi-square",
          "ratio",
          "largest",
          "of chi-square",
          "correlation of neighbours",
          "chi-square");
  static final List<String> RULE_HEADINGS =
      List.of(
          "rule",
          "log10ε",
          "bound on the rate",
          "good images that alarm",
          "measured rate",
          "95 % interval",
          "bound");

  private final String title;
  private final GoodnessOfFitStudy study;

  GoodnessOfFitPage(String title, GoodnessOfFitStudy study) {
    this.title = title;
    this.study = study;
  }

  /**
   * Inspects good image files and makes the page.
   *
   * @param good at least one image that neither flow nor law nor threshold has seen
   * @param done hears of every image
   * @throws IOException naming the file, if an image cannot be read
   */
  public static GoodnessOfFitPage of(
      String title, AnomalyModel model, List<Sample> good, ImagesDone done) throws IOException {
    try (Encoder encoder = new TorchEncoder(model)) {
      Runnable counter = done.counter(good.size());
      GoodImages images = new EncodedImages(encoder, model.config().preprocessing(), good, counter);
      return of(title, model.config(), encoder.latentShapes(), encoder.device(), images);
    }
  }

  /**
   * Looks at the latents of good images and makes the page.
   *
   * @param config of the model
   * @param shapes of the latents, (N, C, H, W) by scale
   * @param device where the latents lie
   * @param good at least one image that neither flow nor law nor threshold has seen
   * @throws IOException naming the file, if an image cannot be read
   */
  public static GoodnessOfFitPage of(
      String title, ModelConfig config, List<long[]> shapes, Device device, GoodImages good)
      throws IOException {
    GoodnessOfFitStudy study =
        new GoodnessOfFitStudy(shapes, config.segmentation(), config.calibration());
    try (LatentProbe probe = new LatentProbe(study.tests(), study.law(), device)) {
      probe.look(good, study::add);
    }
    return new GoodnessOfFitPage(title, study);
  }

  /**
   * Writes {@link #FILE} into a folder.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public void write(Path folder) throws IOException {
    AtomicFile.write(folder.resolve(FILE), html());
  }

  /** Returns the page. */
  public String html() {
    return Html.render(page -> JtegoodnessOfFitGenerated.render(page, null, this));
  }

  String title() {
    return title;
  }

  GoodnessOfFitStudy study() {
    return study;
  }

  /** Returns a row for each scale of the latents. */
  List<List<String>> scales() {
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

  /** Returns a row for each rule at each log10 ε, and one for the threshold of the model. */
  List<List<String>> rules() {
    List<List<String>> rows = new ArrayList<>();
    for (RuleAlarms rule : study.rules()) {
      for (double log10Epsilon : GoodnessOfFitSummary.LOG10_EPSILONS) {
        rows.add(
            row(
                rule.rule().title,
                rule,
                log10Epsilon,
                RuleAlarms.bound(log10Epsilon),
                rule.keepsBound(log10Epsilon)));
      }
    }
    Calibration calibration = study.calibration();
    if (calibration != null && study.ownRule().isPresent()) {
      RuleAlarms own = study.ownRule().orElseThrow();
      double guaranteed = calibration.guaranteed();
      // A tolerance limit bounds the rate itself, an average the mean over calibrations.
      double estimatedFrom =
          calibration.requested().confidence() == null
              ? calibration.goodImages()
              : Double.POSITIVE_INFINITY;
      int most = CountBand.of(guaranteed, own.images(), estimatedFrom).high();
      rows.add(
          row(
              "the model's own threshold",
              own,
              calibration.log10Epsilon(),
              guaranteed,
              own.alarms(calibration.log10Epsilon()) <= most));
    }
    return rows;
  }

  private static List<String> row(
      String name, RuleAlarms rule, double log10Epsilon, double bound, boolean kept) {
    int alarms = rule.alarms(log10Epsilon);
    BinomialInterval interval = BinomialInterval.of(alarms, rule.images());
    return List.of(
        name,
        Numbers.fixed(log10Epsilon, log10Epsilon == Math.rint(log10Epsilon) ? 0 : 2),
        Numbers.percent(bound),
        Numbers.share(alarms, rule.images()),
        Numbers.percent(rule.share(log10Epsilon)),
        FalseAlarmText.interval(interval),
        bound >= 1 ? "promises nothing" : kept ? "kept" : "exceeded");
  }
}
