package dev.flowline.eval;

import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import dev.flowline.page.Tile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A report on an evaluation: one self-contained HTML page. The same result gives the same bytes.
 *
 * @param title of the page, such as the category's name
 * @param result of the evaluation
 * @param facts on the model and its data, by name, in the order shown
 * @param pictures reads an image file for the gallery; returns null if it cannot
 * @param hasGoodnessOfFit whether {@code goodness-of-fit.html} is in the same folder
 */
public record Report(
    String title,
    EvaluationResult result,
    Map<String, String> facts,
    Function<Path, BufferedImage> pictures,
    boolean hasGoodnessOfFit) {
  private static final int LISTED_FALSE_ALARMS = 30;

  /** Makes a report without a page on the goodness of fit. */
  public Report(
      String title,
      EvaluationResult result,
      Map<String, String> facts,
      Function<Path, BufferedImage> pictures) {
    this(title, result, facts, pictures, false);
  }

  /**
   * Writes {@code report.html} and {@code evaluation.json} into a folder, and the {@link
   * ImageTable}.
   *
   * @return the page's path
   * @throws IOException naming the file, if it cannot be written
   */
  public Path write(Path folder) throws IOException {
    Path page = folder.resolve("report.html");
    AtomicFile.write(folder.resolve("evaluation.json"), result.json() + "\n");
    ImageTable.of(result).write(folder);
    AtomicFile.write(page, html());
    return page;
  }

  /** Returns the page. */
  public String html() {
    return Html.render(page -> JtereportGenerated.render(page, null, this));
  }

  /** Returns the result in a sentence. */
  String verdict() {
    List<String> parts = new ArrayList<>();
    if (result.defectImages() > 0) {
      parts.add(
          Numbers.share(result.defectImagesFound(), result.defectImages())
              + " defective images found"
              + elsewhere(result.defectImagesAlarmedElsewhere()));
    }
    if (result.goodImages() > 0) {
      parts.add(
          Numbers.share(result.falseAlarmImages(), result.goodImages())
              + " good images with a false alarm"
              + guaranteed(result));
    }
    if (result.undecided() != null) {
      parts.add(
          "%s undecided (%s)"
              .formatted(
                  Numbers.share(
                      result.undecided().images(), result.goodImages() + result.defectImages()),
                  result.undecided().reason().inWords()));
    }
    return parts.isEmpty() ? "No test images." : String.join("; ", parts) + ".";
  }

  /** Returns how many defective images alarm elsewhere, to be added to those found. */
  static String elsewhere(int images) {
    return images == 0 ? "" : ", " + images + " alarmed elsewhere";
  }

  /** Returns the figures that matter most; those that are not known have no tile. */
  List<Tile> tiles() {
    List<Tile> tiles = new ArrayList<>();
    if (result.defectImages() > 0) {
      tiles.add(
          new Tile(
              "defects found",
              percent(result.defectImagesFound(), result.defectImages()),
              Numbers.share(result.defectImagesFound(), result.defectImages())
                  + " images"
                  + elsewhere(result.defectImagesAlarmedElsewhere())));
    }
    if (result.goodImages() > 0) {
      tiles.add(
          new Tile(
              "false alarms",
              percent(result.falseAlarmImages(), result.goodImages()),
              Numbers.share(result.falseAlarmImages(), result.goodImages())
                  + " good images"
                  + guaranteed(result)));
    }
    if (result.undecided() != null) {
      UndecidedImages undecided = result.undecided();
      tiles.add(
          new Tile(
              "undecided",
              percent(undecided.images(), result.goodImages() + result.defectImages()),
              "%s good, %s defective images; %s"
                  .formatted(
                      undecided.goodImages(),
                      undecided.defectImages(),
                      undecided.reason().inWords())));
    }
    tile(
        tiles,
        "image AUROC",
        result.nfaImageAuroc(),
        "by log10NFA, which decides; by the anomaly score "
            + Numbers.fixed(result.imageAuroc(), 4));
    tile(tiles, "pixel AUROC", result.pixelAuroc(), "1 is perfect, 0.5 is chance");
    tile(tiles, "AUPRO", result.aupro(), "false positive rate up to 0.3");
    tile(
        tiles,
        "mIoU of masks",
        result.meanIou().automatic(),
        "%s on defective images; best threshold %s%s"
            .formatted(
                Numbers.fixed(result.meanIouOfDefectImages(), 4),
                Numbers.fixed(result.meanIou().oracle(), 4),
                result.hasFair() ? ", fair " + Numbers.fixed(result.meanIou().fair(), 4) : ""));
    return tiles;
  }

  private static void tile(List<Tile> tiles, String name, double value, String note) {
    if (!Double.isNaN(value)) {
      tiles.add(new Tile(name, Numbers.fixed(value, 4), note));
    }
  }

  /**
   * Returns the guaranteed rate of false alarms, to be added to a count; empty if there is none.
   */
  static String guaranteed(EvaluationResult result) {
    return result.operatingPoint() == null
        ? ""
        : (result.operatingPoint().expected()
                ? " (expected: about %s)"
                : " (guaranteed: at most %s)")
            .formatted(Numbers.percent(result.operatingPoint().guaranteed()));
  }

  /** Returns the images by what they are and what they are judged; null without test images. */
  ConfusionMatrix confusion() {
    return result.goodImages() + result.defectImages() == 0 ? null : ConfusionMatrix.of(result);
  }

  private static String percent(int part, int whole) {
    return whole == 0 ? Numbers.UNKNOWN : Numbers.fixed(100.0 * part / whole, 1) + " %";
  }

  /** Returns which test images were left out and why, in a sentence; empty for none. */
  String leftOut() {
    return UnseenImages.inWords(result.trainingImagesLeftOut())
        .map(words -> Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".")
        .orElse("");
  }

  /** Returns how many false alarms there are, in a sentence. */
  String falseAlarms() {
    return result.goodImages() == 0
        ? "There are no good test images."
        : "%s of %s raise a false alarm%s; %s regions per good image on average, at log10ε = %s."
            .formatted(
                result.falseAlarmImages(),
                Numbers.count(result.goodImages(), "good image"),
                guaranteed(result),
                Numbers.fixed(result.falseAlarmsPerGoodImage(), 3),
                Numbers.brief(result.log10Epsilon()));
  }

  /** Returns a row for each of the worst false alarms. */
  List<List<String>> falseAlarmRows() {
    return result.details().outcomes().stream()
        .filter(o -> o.detection() == ImageOutcome.Detection.FALSE_ALARM)
        .sorted(ImageOutcome.WORST_FIRST)
        .limit(LISTED_FALSE_ALARMS)
        .map(
            alarm ->
                List.of(
                    alarm.name(),
                    Integer.toString(alarm.regions()),
                    Numbers.brief(alarm.minLog10Nfa()),
                    Numbers.fixed(alarm.anomalyScore(), 3)))
        .toList();
  }

  /** Returns how many false alarms have no row. */
  int falseAlarmsNotListed() {
    return Math.max(0, result.falseAlarmImages() - LISTED_FALSE_ALARMS);
  }

  /** Returns a row for each stage of the inspection; none if they were not measured. */
  List<List<String>> timings() {
    List<List<String>> rows = new ArrayList<>();
    result
        .timings()
        .forEach(
            (stage, timing) ->
                rows.add(
                    List.of(
                        stage,
                        Numbers.fixed(timing.medianMillis(), 2),
                        Numbers.fixed(timing.p99Millis(), 2))));
    return rows;
  }
}
