package dev.flowline.detectability;

import dev.flowline.io.CsvText;
import dev.flowline.page.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The result of a study in lines for a terminal, in rows of a page, and as CSV. */
public record DetectabilityTable(DetectabilityResult result) {
  private static final String COLUMNS =
      "defects,contrast,measuredContrast,count,found,method,intercept,slope,a50,a90,a9095,isotonicA90,smallest,largest,pixelPitch";
  private static final String TRIAL_COLUMNS =
      "kind,contrast,measuredContrast,size,millimetres,x,y,image,found";
  private static final String REAL = "real";

  /** Returns the headings of {@link #rows}. */
  public List<String> headings() {
    return List.of(
        "defects",
        "contrast",
        "found",
        "half found from",
        "90 % from",
        "with 95 % confidence",
        "isotonic 90 %",
        "fit");
  }

  /** Returns a row per curve, the real defects last. */
  public List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (KindCurve curve : result.curves()) {
      rows.add(row(curve.kind().plural(), FalseAlarms.percent(curve.contrast()), curve.pod()));
    }
    if (result.real() != null && result.real().pod() != null) {
      rows.add(row("real defects", Numbers.UNKNOWN, result.real().pod()));
    }
    return rows;
  }

  private List<String> row(String defects, String contrast, PodCurve pod) {
    return List.of(
        defects,
        contrast,
        Numbers.share(pod.found(), pod.defects()),
        size(pod.a50()),
        size(pod.a90()),
        pod.a9095() == null ? "not reached" : result.unit().roundedUp(pod.a9095()),
        size(pod.isotonicA90()),
        pod.method() == PodCurve.CurveFit.FIRTH ? "Firth" : "likelihood");
  }

  private String size(Double size) {
    return size == null ? Numbers.UNKNOWN : result.unit().text(size);
  }

  /** Returns the lines for a terminal. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    result.cards().forEach(card -> text.append(card).append('\n'));
    text.append('\n').append(line(headings()));
    rows().forEach(row -> text.append(line(row)));
    text.append('\n').append(alarms()).append('\n').append(places()).append('\n');
    if (result.real() != null) {
      text.append('\n').append(real()).append('\n');
      for (RealDefects.Expectation expected : result.real().expectations()) {
        text.append("  ").append(expectation(expected)).append('\n');
      }
    }
    return text.toString();
  }

  private static String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    int[] widths = {16, 9, 10, 16, 10, 21, 14, 10};
    for (int i = 0; i < cells.size(); i++) {
      line.append(String.format(Locale.ROOT, "%-" + widths[i] + "s ", cells.get(i)));
    }
    return line.toString().stripTrailing() + "\n";
  }

  /** Returns the false alarms in a sentence. */
  String alarms() {
    FalseAlarms alarms = result.falseAlarms();
    String measured =
        "measured on the same images without a defect: %s, %s to %s"
            .formatted(
                Numbers.share(alarms.measured().count(), alarms.measured().of()),
                Numbers.percent(alarms.measured().low()),
                Numbers.percent(alarms.measured().high()));
    return alarms.guaranteed() == null
        ? "False alarms: the threshold guarantees no rate; " + measured + "."
        : "False alarms: %s by the calibration%s; %s."
            .formatted(
                (alarms.expected() ? "about %s expected" : "at most %s guaranteed")
                    .formatted(FalseAlarms.percent(alarms.guaranteed())),
                alarms.confidence() == null
                    ? ""
                    : " with confidence " + FalseAlarms.percent(alarms.confidence()),
                measured);
  }

  /** Returns what the map of places shows, in a sentence. */
  String places() {
    BlindPlaces places = result.places();
    return places.blind() == 0
        ? "No place of the image is shown to be blind (%s cells tested).".formatted(places.tested())
        : "In %s of %s cells of the image fewer defects are found than chance explains."
            .formatted(places.blind(), places.tested());
  }

  /** Returns what became of the real defects, in a sentence. */
  String real() {
    RealDefects real = result.real();
    Double size = real.pod() == null ? null : real.pod().a9095();
    return "Real defects: %s found, their median size is %s and their median contrast %s; %s."
        .formatted(
            Numbers.share(real.found(), real.defects()),
            result.unit().text(real.medianSize()),
            real.medianContrast() == null ? "unknown" : Numbers.percent(real.medianContrast()),
            size == null
                ? "no size shows that 90 % of them are found with 95 % confidence"
                : "90 %% of those ≥ %s are found with 95 %% confidence"
                    .formatted(result.unit().roundedUp(size)));
  }

  /** Returns how many real defects made-up ones let expect, in words. */
  String expectation(RealDefects.Expectation expected) {
    return "like %s of contrast %s: %s would be found%s"
        .formatted(
            expected.kind(),
            FalseAlarms.percent(expected.contrast()),
            Numbers.fixed(expected.found(), 0),
            expected.beyond() == 0
                ? ""
                : " (%s beyond the sizes tested)".formatted(expected.beyond()));
  }

  /** Returns a row per curve as CSV; sizes are in pixels, what is not reached is empty. */
  public String csv() {
    List<String> lines = new ArrayList<>(List.of(COLUMNS));
    for (KindCurve curve : result.curves()) {
      lines.add(
          csv(
              curve.kind().label(),
              curve.contrast() + "," + curve.measuredContrast(),
              curve.pod()));
    }
    if (result.real() != null && result.real().pod() != null) {
      lines.add(csv(REAL, ",", result.real().pod()));
    }
    return String.join("\r\n", lines) + "\r\n";
  }

  private String csv(String defects, String contrasts, PodCurve pod) {
    return String.join(
        ",",
        defects,
        contrasts,
        Integer.toString(pod.defects()),
        Integer.toString(pod.found()),
        pod.method().name(),
        Double.toString(pod.intercept()),
        Double.toString(pod.slope()),
        cell(pod.a50()),
        cell(pod.a90()),
        cell(pod.a9095()),
        cell(pod.isotonicA90()),
        Double.toString(pod.smallest()),
        Double.toString(pod.largest()),
        cell(result.pixelPitch()));
  }

  /** Returns every defect as CSV: made-up ones, then real ones by their type. */
  public String csv(List<DefectTrial> trials, List<RealTrial> real) {
    List<String> lines = new ArrayList<>(List.of(TRIAL_COLUMNS));
    for (DefectTrial trial : trials) {
      lines.add(
          String.join(
              ",",
              trial.kind().label(),
              Double.toString(trial.contrast()),
              Double.toString(trial.measuredContrast()),
              Double.toString(trial.size()),
              millimetres(trial.size()),
              Double.toString(trial.x()),
              Double.toString(trial.y()),
              CsvText.field(trial.image()),
              Boolean.toString(trial.found())));
    }
    for (RealTrial trial : real) {
      lines.add(
          String.join(
              ",",
              CsvText.field(trial.type()),
              "",
              Double.isNaN(trial.contrast()) ? "" : Double.toString(trial.contrast()),
              Double.toString(trial.size()),
              millimetres(trial.size()),
              "",
              "",
              CsvText.field(trial.image()),
              Boolean.toString(trial.found())));
    }
    return String.join("\r\n", lines) + "\r\n";
  }

  private String millimetres(double size) {
    return result.pixelPitch() == null ? "" : Double.toString(size * result.pixelPitch());
  }

  private static String cell(Double value) {
    return value == null ? "" : value.toString();
  }
}
