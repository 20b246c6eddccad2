package dev.flowline.eval;

import dev.flowline.calibration.Suspect;
import dev.flowline.io.AtomicFile;
import dev.flowline.io.OneLine;
import dev.flowline.page.ColourMap;
import dev.flowline.page.Html;
import dev.flowline.page.Legend;
import dev.flowline.page.MaskOverlay;
import dev.flowline.page.Numbers;
import dev.flowline.page.Picture;
import dev.flowline.segmentation.FusedAnomalyMap;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A self-contained page of training images that look defective, for a person to decide which of
 * them are.
 *
 * @param title of the page, such as the category's name
 * @param facts on the search, by name, in the order shown
 * @param rows the suspects that are shown, the most suspicious first
 * @param suspects number of all
 * @param images number of training images
 * @param leftOut whether the model is trained without them
 * @param table name of the file with the numbers of all images
 * @param pictures reads an image file
 */
public record SuspectsPage(
    String title,
    Map<String, String> facts,
    List<SuspectImage> rows,
    int suspects,
    int images,
    boolean leftOut,
    String table,
    Function<Path, BufferedImage> pictures) {

  /**
   * A suspect with what a person needs to judge it.
   *
   * @param map by a model that did not see the image
   * @param alike training images that look most like it, the most alike first
   */
  public record SuspectImage(Path file, Suspect suspect, FusedAnomalyMap map, List<Path> alike) {}

  /**
   * A row of the page.
   *
   * @param aspect width over height of the pictures, for CSS
   */
  record ShownSuspect(String aspect, String name, String facts, List<Picture> pictures) {}

  /**
   * Writes the page to a file.
   *
   * @throws IOException naming the file, if it cannot be written
   */
  public void write(Path page) throws IOException {
    AtomicFile.write(page, html());
  }

  /** Returns the page. */
  public String html() {
    return Html.render(page -> JtesuspectsGenerated.render(page, null, this));
  }

  /** Returns how many suspects there are and what becomes of them, in a sentence. */
  String verdict() {
    if (suspects == 0) {
      return "None of %s looks defective.".formatted(Numbers.count(images, "training image"));
    }
    return "%s of %s look%s defective; the model is trained with%s %s."
        .formatted(
            suspects,
            Numbers.count(images, "training image"),
            suspects == 1 ? "s" : "",
            leftOut ? "out" : "",
            suspects == 1 ? "it" : "them");
  }

  /** Returns how many suspects have no row. */
  int notShown() {
    return suspects - rows.size();
  }

  /** Returns the rows, with their pictures. */
  List<ShownSuspect> shown() {
    return rows.stream().map(this::row).toList();
  }

  /** Returns what the colours of the anomaly maps mean. */
  Legend legend() {
    ColourMap colours = colours();
    return new Legend(
        "anomaly map", colours, List.of("0 normal", "strange " + Numbers.brief(colours.high())));
  }

  private ColourMap colours() {
    float high = 0;
    for (SuspectImage row : rows) {
      for (float level : row.map.levels()) {
        high = Math.max(high, level);
      }
    }
    return ColourMap.magma(0, high > 0 ? high : 1);
  }

  private ShownSuspect row(SuspectImage row) {
    BufferedImage picture = MaskOverlay.thumbnail(pictures.apply(row.file));
    List<Picture> shown = new ArrayList<>();
    shown.add(Picture.jpeg("suspect", picture));
    shown.add(Picture.png("anomaly map", colours().image(row.map.levels(), row.map.width())));
    for (Path alike : row.alike) {
      String name = OneLine.of(alike.getFileName().toString());
      shown.add(Picture.jpeg("like it: " + name, MaskOverlay.thumbnail(pictures.apply(alike))));
    }
    return new ShownSuspect(
        Numbers.fixed(picture.getWidth() / (double) picture.getHeight(), 3),
        OneLine.of(row.file.getFileName().toString()),
        "p = %s, log10NFA %s, %s as strange expected if all are good"
            .formatted(
                Numbers.brief(row.suspect.pValue()),
                Numbers.brief(row.suspect.minLog10Nfa()),
                Numbers.brief(row.suspect.expectedGood())),
        shown);
  }
}
