package dev.flowline.eval;

import dev.flowline.page.ColourMap;
import dev.flowline.page.Html;
import dev.flowline.page.MaskOverlay;
import dev.flowline.page.Numbers;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The report's pictures: a row for each of the worst images. */
final class ReportGallery {
  private final EvaluationResult result;
  private final Function<Path, BufferedImage> pictures;
  private final ColourMap anomalies;
  private final ColourMap significances;

  /**
   * @param pictures reads an image file; null where it cannot
   */
  ReportGallery(EvaluationResult result, Function<Path, BufferedImage> pictures) {
    this.result = result;
    this.pictures = pictures;
    EvaluationDetails details = result.details();
    this.anomalies = ColourMap.magma(details.lowestAnomaly(), details.highestAnomaly());
    double reach = details.highestLog10Nfa() - result.log10Epsilon();
    this.significances =
        ColourMap.diverging(
            -result.log10Epsilon(), Double.isFinite(reach) ? Math.max(reach, 10) : 10);
  }

  /** One row for each kind of defect, that of its typical image by IoU, with the legend. */
  String typical() {
    Map<String, List<GalleryImage>> byType = new TreeMap<>();
    result.details().gallery().stream()
        .filter(image -> !image.outcome().good())
        .forEach(
            image ->
                byType
                    .computeIfAbsent(image.outcome().defectType(), type -> new ArrayList<>())
                    .add(image));
    StringBuilder html = new StringBuilder(legend());
    for (List<GalleryImage> images : byType.values()) {
      images.sort(Comparator.comparing(GalleryImage::outcome, ImageOutcome.WORST_FIRST));
      html.append(row(images.get(images.size() / 2)));
    }
    return html.toString();
  }

  String html() {
    StringBuilder html = new StringBuilder(legend());
    result.details().gallery().forEach(image -> html.append(row(image)));
    int more = result.details().outcomes().size() - result.details().gallery().size();
    if (more > 0) {
      html.append("<p class=\"note\">")
          .append(Numbers.count(more, "more image"))
          .append(" of the test set, none of them worse than these, not shown.</p>\n");
    }
    return html.toString();
  }

  private String legend() {
    return """
        <div class="legends">
        <div class="legend"><span>anomaly map</span><div class="ramp" style="background:%s"></div>
        <div class="ends"><span>%s normal</span><span>strange %s</span></div></div>
        <div class="legend"><span>log10NFA</span><div class="ramp" style="background:%s"></div>
        <div class="ends"><span>%s not meaningful</span><span>%s</span><span>meaningful %s</span></div></div>
        <div class="legend"><span>mask</span><div class="keys"><span><i class="key detected"></i>detected</span>
        <span><i class="key truth"></i>ground truth</span></div></div>
        </div>
        """
        .formatted(
            anomalies.cssGradient(),
            Numbers.brief(anomalies.low()),
            Numbers.brief(anomalies.high()),
            significances.cssGradient(),
            Numbers.brief(-significances.low()),
            Numbers.brief(result.log10Epsilon()),
            Numbers.brief(-significances.high()));
  }

  private String row(GalleryImage image) {
    ImageOutcome outcome = image.outcome();
    int width = result.details().width();
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
    return """
        <article class="sample" style="--aspect:%s">
        <h3><span class="badge %s">%s</span> %s <span class="facts">%s</span></h3>
        <div class="pictures">
        %s%s%s%s%s</div>
        </article>
        """
        .formatted(
            java.math.BigDecimal.valueOf(Math.round(aspect * 1000), 3).toPlainString(),
            outcome.verdict().name().toLowerCase(java.util.Locale.ROOT),
            badge(outcome),
            Html.escape(outcome.name()),
            Html.escape(facts(outcome)),
            thumbnail == null
                ? placeholder("image", "not readable")
                : Html.figure("image", Html.jpeg(thumbnail)),
            truth(image, width),
            Html.figure("anomaly map", Html.jpeg(anomalyMap)),
            Html.figure("log10NFA", Html.jpeg(significances.image(significance, width))),
            Html.figure(
                "mask", Html.jpeg(MaskOverlay.draw(onto, mask, image.groundTruth(), width))));
  }

  private static String badge(ImageOutcome outcome) {
    return switch (outcome.verdict()) {
      case FALSE_ALARM -> "false alarm";
      case MISSED -> "missed";
      case FOUND -> outcome.judged() ? "IoU " + Numbers.fixed(outcome.iou(), 2) : "found";
      case CLEAR -> "clear";
    };
  }

  private static String facts(ImageOutcome outcome) {
    return "%s · %s · anomaly score %s · smallest log10NFA %s"
        .formatted(
            outcome.defectType(),
            Numbers.count(outcome.regions(), "region"),
            Numbers.fixed(outcome.anomalyScore(), 3),
            Numbers.brief(outcome.smallestLog10Nfa()));
  }

  private static String truth(GalleryImage image, int width) {
    if (image.groundTruth() == null) {
      return image.outcome().good()
          ? placeholder("ground truth", "no defect")
          : placeholder("ground truth", "no mask");
    }
    BufferedImage mask =
        new BufferedImage(
            width, image.groundTruth().length / width, BufferedImage.TYPE_BYTE_BINARY);
    for (int i = 0; i < image.groundTruth().length; i++) {
      mask.setRGB(i % width, i / width, image.groundTruth()[i] ? 0xffffffff : 0xff000000);
    }
    return Html.figure("ground truth", Html.png(mask));
  }

  private static String placeholder(String caption, String text) {
    return "<figure><div class=\"empty\">%s</div><figcaption>%s</figcaption></figure>\n"
        .formatted(text, caption);
  }
}
