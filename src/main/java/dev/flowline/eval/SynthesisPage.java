package dev.flowline.eval;

import dev.flowline.data.synthesis.SynthesizedSet;
import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.MaskOverlay;
import dev.flowline.page.Numbers;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Made-up anomalies as one HTML page that needs nothing but itself, for people to judge whether
 * they resemble what may happen to a part.
 *
 * @param title heads the page, such as the category's name
 * @param facts on how they were made, by name, in the order shown
 * @param pairs some of them, in the order shown
 * @param of how many there are
 * @param pictures reads an image file
 */
public record SynthesisPage(
    String title,
    Map<String, String> facts,
    List<SynthesizedSet.Pair> pairs,
    int of,
    Function<Path, BufferedImage> pictures) {

  /** Writes the page. */
  public void write(Path page) throws IOException {
    AtomicFile.write(page, html());
  }

  /** The page. */
  public String html() {
    StringBuilder rows = new StringBuilder();
    pairs.forEach(pair -> rows.append(row(pair)));
    return Html.page(
        "synthesis",
        title,
        "%s on good images; %d shown.".formatted(Numbers.count(of, "made-up defect"), pairs.size()),
        "/dev/flowline/eval/synthesis.html",
        Map.of("facts", Html.definitions(facts), "pairs", rows.toString()));
  }

  private String row(SynthesizedSet.Pair pair) {
    BufferedImage good = MaskOverlay.thumbnail(pictures.apply(pair.good()));
    BufferedImage anomaly = MaskOverlay.thumbnail(pictures.apply(pair.anomaly()));
    BufferedImage mask = pictures.apply(pair.mask());
    boolean[] anomalous = new boolean[mask.getWidth() * mask.getHeight()];
    int area = 0;
    for (int i = 0; i < anomalous.length; i++) {
      anomalous[i] = (mask.getRGB(i % mask.getWidth(), i / mask.getWidth()) & 0xff) > 127;
      area += anomalous[i] ? 1 : 0;
    }
    return """
        <article class="sample" style="--aspect:%s">
        <h3>%s <span class="facts">%s %% of the image</span></h3>
        <div class="pictures">
        %s%s%s</div>
        </article>
        """
        .formatted(
            Numbers.fixed(good.getWidth() / (double) good.getHeight(), 3),
            Html.escape(pair.kind().label() + "/" + pair.anomaly().getFileName()),
            Numbers.fixed(100.0 * area / anomalous.length, 2),
            Html.figure("good", Html.jpeg(good)),
            Html.figure("made up", Html.jpeg(anomaly)),
            Html.figure(
                "mask",
                Html.jpeg(
                    MaskOverlay.draw(
                        anomaly, new boolean[anomalous.length], anomalous, mask.getWidth()))));
  }
}
