package dev.flowline.eval;

import dev.flowline.calibration.OutOfRange;
import dev.flowline.page.ColourMap;
import dev.flowline.page.Legend;
import dev.flowline.page.MaskOverlay;
import dev.flowline.page.Numbers;
import dev.flowline.page.Picture;
import dev.flowline.segmentation.GuardBand;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pictures of a report: a row for each of the worst images. */
final class ReportGallery {
  private final EvaluationResult result;
  private final Function<Path, BufferedImage> pictures;
  private final ColourMap anomalies;
  private final ColourMap significances;

  /**
   * Makes the gallery of a result.
   *
   * @param pictures reads an image file; returns null if it cannot
   */
  ReportGallery(EvaluationResult result, Function<Path, BufferedImage> pictures) {
    this.result = result;
    this.pictures = pictures;
    EvaluationDetails details = result.details();
    this.anomalies = ColourMap.magma(details.lowestAnomaly(), details.highestAnomaly());
    double reach = details.highestLog10Nfa() - result.log10Epsilon();
    this.significances =
        ColourMap.split(-result.log10Epsilon(), Double.isFinite(reach) ? Math.max(reach, 10) : 10);
  }

  /**
   * A row of the gallery, which shows an image.
   *
   * @param aspect width over height of the pictures, for CSS
   * @param outcome of the image, with its name and kind
   * @param facts on the verdict
   */
  record GalleryRow(String aspect, ImageOutcome outcome, String facts, List<Picture> pictures) {
    /** Returns the outcome as a CSS class. */
    String css() {
      return outcome.detection().name().toLowerCase(Locale.ROOT);
    }

    /** Returns the verdict in a word or two. */
    String badge() {
      return outcome.detection() == ImageOutcome.Detection.FOUND && outcome.judged()
          ? "found, IoU " + Numbers.fixed(outcome.iou(), 2)
          : outcome.detection().inWords();
    }

    /** Returns the number that decided, for the script that sorts. */
    String number() {
      return Double.toString(outcome.minLog10Nfa());
    }
  }

  /**
   * Returns a row for each kind of defect, that of its typical image by IoU, after the worst false
   * alarm if there is one.
   */
  List<GalleryRow> typical() {
    return Stream.concat(
            result.details().gallery().stream()
                .filter(EvaluatedImage::good)
                .limit(1)
                .filter(this::alarms),
            typicalDefects())
        .map(this::row)
        .toList();
  }

  private boolean alarms(EvaluatedImage image) {
    return image.minLog10Nfa() < result.log10Epsilon() - band().below();
  }

  private GuardBand band() {
    UndecidedImages undecided = result.undecided();
    return undecided == null
        ? GuardBand.NONE
        : new GuardBand(
            result.log10Epsilon() - undecided.defectBelow(),
            undecided.goodFrom() - result.log10Epsilon());
  }

  private Stream<EvaluatedImage> typicalDefects() {
    Map<String, List<EvaluatedImage>> worstFirst =
        result.details().gallery().stream()
            .filter(image -> !image.good())
            .collect(
                Collectors.groupingBy(
                    EvaluatedImage::defectType, TreeMap::new, Collectors.toList()));
    return worstFirst.values().stream().map(images -> images.get(images.size() / 2));
  }

  /** Returns a row for each image of the gallery, the worst first. */
  List<GalleryRow> worst() {
    return result.details().gallery().stream().map(this::row).toList();
  }

  /** Returns whether the test has zones. */
  boolean hasZones() {
    return result.details().gallery().stream().anyMatch(image -> image.zones() != null);
  }

  /** Returns how many images of the test set are in no row. */
  int notShown() {
    return result.details().outcomes().size() - result.details().gallery().size();
  }

  /** Returns the choices of a filter by kind: those that the rows have. */
  static List<String> types(List<GalleryRow> rows) {
    return rows.stream().map(row -> row.outcome().defectType()).distinct().sorted().toList();
  }

  /** Returns the choices of a filter by outcome: those that the rows have, the worst first. */
  static List<ImageOutcome.Detection> detections(List<GalleryRow> rows) {
    return rows.stream().map(row -> row.outcome().detection()).distinct().sorted().toList();
  }

  /** Returns what the colours of the two maps mean. */
  List<Legend> legends() {
    return List.of(
        new Legend(
            "anomaly map",
            anomalies,
            List.of(
                Numbers.brief(anomalies.low()) + " normal",
                "strange " + Numbers.brief(anomalies.high()))),
        new Legend(
            "log10NFA, red where it is below the threshold",
            significances,
            List.of(
                Numbers.brief(-significances.low()) + " good",
                "threshold " + Numbers.brief(result.log10Epsilon()),
                "defect " + Numbers.brief(-significances.high()))));
  }

  private GalleryRow row(EvaluatedImage image) {
    int width = result.details().width();
    ImageOutcome outcome = ImageOutcome.of(image, width, result.log10Epsilon(), band());
    BufferedImage picture = outcome.file() == null ? null : pictures.apply(outcome.file());
    BufferedImage thumbnail = picture == null ? null : MaskOverlay.thumbnail(picture);
    double aspect =
        thumbnail == null
            ? width / (double) result.details().height()
            : thumbnail.getWidth() / (double) thumbnail.getHeight();
    boolean[] mask = new boolean[image.log10Nfa().length];
    float[] significance = new float[mask.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = image.log10Nfa()[i] < result.log10Epsilon();
      significance[i] = -image.log10Nfa()[i];
    }
    BufferedImage anomalyMap = anomalies.image(image.anomalyMap(), width);
    BufferedImage onto = thumbnail == null ? anomalyMap : thumbnail;
    BufferedImage marked = MaskOverlay.draw(onto, mask, image.groundTruth(), width);
    if (image.inView() != null) {
      MaskOverlay.outlineView(marked, image.inView(), width);
    }
    if (image.zones() != null) {
      MaskOverlay.zoneBorders(marked, image.zones());
    }
    return new GalleryRow(
        Numbers.fixed(aspect, 3),
        outcome,
        facts(outcome) + zone(image, outcome),
        List.of(
            thumbnail == null
                ? Picture.absent("image", "not readable")
                : Picture.jpeg("image", thumbnail),
            truth(image, width),
            Picture.jpeg("anomaly map", anomalyMap),
            Picture.png("log10NFA", significances.image(significance, width)),
            Picture.jpeg("mask", marked)));
  }

  private static String facts(ImageOutcome outcome) {
    return "%s · %s · anomaly score %s · smallest log10NFA %s%s%s"
        .formatted(
            outcome.defectType(),
            Numbers.count(outcome.regions(), "region"),
            Numbers.fixed(outcome.anomalyScore(), 3),
            Numbers.brief(outcome.minLog10Nfa()),
            outcome.pValue() == null ? "" : " · p-value " + Numbers.brief(outcome.pValue()),
            outOfRange(outcome));
  }

  /** Returns the zone that decided, to be added; empty without one. */
  private String zone(EvaluatedImage image, ImageOutcome outcome) {
    if (image.zones() == null || outcome.regions() == 0) {
      return "";
    }
    float[] map = image.log10Nfa();
    int lowest = 0;
    for (int i = 1; i < map.length; i++) {
      lowest = map[i] < map[lowest] ? i : lowest;
    }
    int width = result.details().width();
    int zone = image.zones().ofMaps(map.length / width, width)[lowest];
    return " · decided in zone " + image.zones().list().get(zone).name();
  }

  private static String outOfRange(ImageOutcome outcome) {
    List<OutOfRange> unlike = outcome.outOfRange() == null ? List.of() : outcome.outOfRange();
    return unlike.isEmpty()
        ? ""
        : " · unlike the calibration images: "
            + unlike.stream().map(OutOfRange::inWords).collect(Collectors.joining("; "));
  }

  private static Picture truth(EvaluatedImage image, int width) {
    if (image.good()) {
      return Picture.absent("ground truth", "no defect");
    }
    if (image.groundTruth() == null) {
      return Picture.absent("ground truth", "no mask");
    }
    BufferedImage mask =
        new BufferedImage(
            width, image.groundTruth().length / width, BufferedImage.TYPE_BYTE_BINARY);
    for (int i = 0; i < image.groundTruth().length; i++) {
      mask.setRGB(i % width, i / width, image.groundTruth()[i] ? 0xffffffff : 0xff000000);
    }
    return Picture.png("ground truth", mask);
  }
}
