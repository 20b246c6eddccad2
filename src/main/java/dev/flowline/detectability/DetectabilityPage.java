package dev.flowline.detectability;

import dev.flowline.data.synthesis.DefectKind;
import dev.flowline.metrics.Curve;
import dev.flowline.page.Axis;
import dev.flowline.page.Card;
import dev.flowline.page.Html;
import dev.flowline.page.MaskOverlay;
import dev.flowline.page.Numbers;
import dev.flowline.page.Picture;
import dev.flowline.page.SvgChart;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A self-contained page on what a model detects, which prints on A4.
 *
 * @param mainContrast the contrast of which the page speaks first
 * @param examples made-up defects to look at
 * @param part a good image, behind the map of places
 */
public record DetectabilityPage(
    DetectabilityResult result,
    double mainContrast,
    List<DefectExample> examples,
    BufferedImage part) {
  /** Returns the page. */
  public String html() {
    return Html.render(page -> JtedetectabilityGenerated.render(page, null, this));
  }

  /** A rectangle of the map of places, in a picture 100 high. */
  record PlaceMark(
      String x,
      String y,
      String width,
      String height,
      String middle,
      String line,
      String css,
      String style,
      String text) {}

  /** Returns the result in a sentence. */
  String verdict() {
    return "What is the smallest defect that it finds? Made-up defects on %s, and what became of them."
        .formatted(Numbers.count(result.falseAlarms().measured().of(), "good image"));
  }

  /** Returns the figures as rows. */
  public DetectabilityTable table() {
    return new DetectabilityTable(result);
  }

  /** Returns a chart per kind. */
  List<Card> cards() {
    return result.curves().stream().map(KindCurve::kind).distinct().map(this::card).toList();
  }

  private List<KindCurve> of(DefectKind kind) {
    return result.curves().stream().filter(curve -> curve.kind() == kind).toList();
  }

  private Card card(DefectKind kind) {
    List<KindCurve> curves = of(kind);
    SizeUnit unit = result.unit();
    double low = curves.stream().mapToDouble(c -> c.pod().smallest()).min().orElseThrow();
    double high = curves.stream().mapToDouble(c -> c.pod().largest()).max().orElseThrow();
    SvgChart chart = new SvgChart(Axis.logarithmic(unit.of(low), unit.of(high)), Axis.linear(0, 1));
    List<Card.Key> keys = new ArrayList<>();
    StringBuilder reading = new StringBuilder();
    for (int i = 0; i < curves.size(); i++) {
      KindCurve curve = curves.get(i);
      boolean main = curve.contrast() == mainContrast;
      String css = main ? "first" : i == 0 ? "second" : i % 2 == 1 ? "fourth" : "third";
      if (main) {
        addMain(chart, curve);
      }
      chart.line(scaled(curve.pod().estimate()), css);
      keys.add(new Card.Key(css, "contrast " + FalseAlarms.percent(curve.contrast())));
      if (main) {
        keys.add(new Card.Key("plain", "without a model"));
        reading.append(curve.sentence(unit, result.falseAlarms()));
      }
    }
    return new Card(
        title(kind),
        chart.svg(
            "probability of detection of " + kind.plural() + " against size",
            "size (" + unit.name() + ")",
            "found"),
        keys,
        reading.toString());
  }

  private static String title(DefectKind kind) {
    return Character.toUpperCase(kind.plural().charAt(0)) + kind.plural().substring(1);
  }

  /** Draws the band of the main contrast, the isotonic steps, and the size that is looked for. */
  private void addMain(SvgChart chart, KindCurve curve) {
    PodCurve pod = curve.pod();
    chart.band(scaled(pod.lower()), scaled(pod.upper()), "");
    chart.line(steps(pod), "plain");
    chart.level(PodCurve.POD, "fair");
    Double size = pod.a9095();
    if (size != null) {
      chart.upright(result.unit().of(size), result.unit().roundedUp(size), "automatic");
    }
  }

  private Curve scaled(Curve curve) {
    double[] x = new double[curve.points()];
    for (int i = 0; i < x.length; i++) {
      x[i] = result.unit().of(curve.x()[i]);
    }
    return new Curve(x, curve.y());
  }

  private Curve steps(PodCurve pod) {
    List<IsotonicFit.Step> steps = pod.isotonic().steps();
    double[] x = new double[2 * steps.size()];
    double[] y = new double[x.length];
    for (int i = 0; i < steps.size(); i++) {
      x[2 * i] = result.unit().of(steps.get(i).from());
      x[2 * i + 1] =
          result.unit().of(i + 1 < steps.size() ? steps.get(i + 1).from() : steps.get(i).to());
      y[2 * i] = steps.get(i).pod();
      y[2 * i + 1] = steps.get(i).pod();
    }
    return new Curve(x, y);
  }

  /** Returns the main contrast. */
  String contrast() {
    return FalseAlarms.percent(mainContrast);
  }

  /** Returns the ratio of width to height of the map of places. */
  String aspect() {
    return Numbers.fixed(part.getWidth() / (double) part.getHeight(), 4);
  }

  /** Returns the width of the map of places, whose height is 100. */
  String placesWidth() {
    return Numbers.fixed(100.0 * part.getWidth() / part.getHeight(), 2);
  }

  /** Returns the good image behind the map of places. */
  Picture partPicture() {
    return Picture.jpeg("a good image", MaskOverlay.thumbnail(part));
  }

  /** Returns the cells of the map of places. */
  List<PlaceMark> places() {
    BlindPlaces places = result.places();
    double width = 100.0 * part.getWidth() / part.getHeight() / places.columns();
    double height = 100.0 / places.rows();
    List<PlaceMark> all = new ArrayList<>();
    for (int i = 0; i < places.cells().size(); i++) {
      BlindPlaces.PlaceCell cell = places.cells().get(i);
      if (cell.defects() > 0) {
        double missing = cell.expected() < 1 ? 0 : Math.max(0, 1 - cell.found() / cell.expected());
        all.add(
            new PlaceMark(
                at(i % places.columns() * width),
                at(i / places.columns() * height),
                at(width),
                at(height),
                at((i % places.columns() + 0.5) * width),
                at((i / places.columns() + 0.5) * height + 1),
                cell.blind() ? "place blind" : "place",
                "fill-opacity:" + Numbers.fixed(0.75 * missing, 2),
                cell.found() + "/" + Numbers.fixed(cell.expected(), 0)));
      }
    }
    return all;
  }

  private static String at(double place) {
    return Numbers.fixed(place, 2);
  }

  /** Returns the pictures of the examples: without and with each defect. */
  List<Picture> examplePictures() {
    List<Picture> pictures = new ArrayList<>();
    for (DefectExample example : examples) {
      String what =
          "%s of %s, contrast %s"
              .formatted(
                  example.kind().label(),
                  result.unit().text(example.size()),
                  Numbers.percent(example.contrast()));
      pictures.add(
          Picture.jpeg(
              what + (example.found() ? ": found" : ": missed"), enlarged(example.defective())));
    }
    return pictures;
  }

  private static BufferedImage enlarged(BufferedImage cut) {
    return MaskOverlay.thumbnail(cut);
  }

  /** Returns the headings of {@link #expectations}. */
  List<String> expectationHeadings() {
    return List.of("if they were like", "contrast", "found of real defects", "beyond sizes tested");
  }

  /** Returns how many of the real defects would be found, and how many were. */
  List<List<String>> expectations() {
    List<List<String>> rows = new ArrayList<>();
    for (RealDefects.Expectation each : result.real().expectations()) {
      rows.add(
          List.of(
              each.kind(),
              FalseAlarms.percent(each.contrast()),
              Numbers.fixed(each.found(), 0),
              Integer.toString(each.beyond())));
    }
    rows.add(List.of("really found", "", Integer.toString(result.real().found()), ""));
    return rows;
  }

  /** Returns the headings of {@link #types}. */
  List<String> typeHeadings() {
    return List.of("type", "found", "median size", "median contrast");
  }

  /** Returns the real defects by type. */
  List<List<String>> types() {
    return result.real().types().stream()
        .map(
            type ->
                List.of(
                    type.type(),
                    Numbers.share(type.found(), type.defects()),
                    result.unit().text(type.medianSize()),
                    contrast(type.medianContrast())))
        .toList();
  }

  private static String contrast(Double contrast) {
    return contrast == null ? Numbers.UNKNOWN : Numbers.percent(contrast);
  }

  /** Returns the chart of the real defects beside the made-up ones of the main contrast. */
  Card realCard() {
    PodCurve pod = result.real().pod();
    SizeUnit unit = result.unit();
    double low = pod.smallest();
    double high = pod.largest();
    List<KindCurve> main =
        result.curves().stream().filter(curve -> curve.contrast() == mainContrast).toList();
    for (KindCurve curve : main) {
      low = Math.min(low, curve.pod().smallest());
      high = Math.max(high, curve.pod().largest());
    }
    SvgChart chart = new SvgChart(Axis.logarithmic(unit.of(low), unit.of(high)), Axis.linear(0, 1));
    chart.band(scaled(pod.lower()), scaled(pod.upper()), "");
    main.forEach(curve -> chart.line(scaled(curve.pod().estimate()), "third"));
    chart.line(steps(pod), "plain");
    chart.line(scaled(pod.estimate()), "first");
    chart.level(PodCurve.POD, "fair");
    return new Card(
        "Real defects",
        chart.svg(
            "probability of detection of real defects against size",
            "size (" + unit.name() + ")",
            "found"),
        List.of(
            new Card.Key("first", "real"),
            new Card.Key("plain", "real, without a model"),
            new Card.Key("third", "made up, contrast " + contrast())),
        table().real());
  }
}
