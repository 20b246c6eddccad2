package dev.flowline.eval;

import dev.flowline.data.synthesis.SynthesizedSet;
import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.MaskOverlay;
import dev.flowline.page.Numbers;
import dev.flowline.page.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A self-contained page of made-up anomalies, for people to judge whether they resemble what may
 * happen to a part.
 *
 * @param title of the page, such as the category's name
 * @param facts on how they were made, by name, in the order shown
 * @param pairs some of them, in the order shown
 * @param total number of made-up anomalies
 * @param pictures reads an image file
 */
public record SynthesisPage(
    String title,
    Map<String, String> facts,
    List<SynthesizedSet.Pair> pairs,
    int total,
    Function<Path, BufferedImage> pictures) {

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
    return Html.render(page -> JtesynthesisGenerated.render(page, null, this));
  }

  /** Returns how many made-up defects there are, in a sentence. */
  String verdict() {
    return "%s on good images; %d shown."
        .formatted(Numbers.count(total, "made-up defect"), pairs.size());
  }

  /**
   * A row of the page, which shows a pair of a good image and its made-up defect: the whole image,
   * and the surroundings of the defect without and with it.
   *
   * @param aspect width over height of the pictures, for CSS
   * @param name kind and file of the made-up defect
   * @param facts on its size
   */
  record PairRow(String aspect, String name, String facts, List<Picture> pictures) {}

  /** Returns a row for each pair. */
  List<PairRow> rows() {
    return pairs.stream().map(this::row).toList();
  }

  private PairRow row(SynthesizedSet.Pair pair) {
    BufferedImage good = pictures.apply(pair.good());
    BufferedImage anomaly = pictures.apply(pair.anomaly());
    BufferedImage mask = pictures.apply(pair.mask());
    boolean[] anomalous = new boolean[mask.getWidth() * mask.getHeight()];
    int area = 0;
    for (int i = 0; i < anomalous.length; i++) {
      anomalous[i] = (mask.getRGB(i % mask.getWidth(), i / mask.getWidth()) & 0xff) > 127;
      area += anomalous[i] ? 1 : 0;
    }
    BufferedImage outlined =
        MaskOverlay.draw(
            MaskOverlay.thumbnail(anomaly),
            new boolean[anomalous.length],
            anomalous,
            mask.getWidth());
    Crop crop = Crop.around(anomalous, mask.getWidth());
    return new PairRow(
        Numbers.fixed(good.getWidth() / (double) good.getHeight(), 3),
        pair.kind().label() + "/" + pair.anomaly().getFileName(),
        Numbers.fixed(100.0 * area / anomalous.length, 2) + " % of the image",
        List.of(
            Picture.jpeg("made up, with its mask", outlined),
            Picture.jpeg("enlarged: good", MaskOverlay.thumbnail(crop.of(good))),
            Picture.jpeg("enlarged: made up", MaskOverlay.thumbnail(crop.of(anomaly)))));
  }
}
