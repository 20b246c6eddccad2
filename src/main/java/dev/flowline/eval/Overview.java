package dev.flowline.eval;

import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An overview of the evaluations of several products: one page with a table, and for each product a
 * typical picture of every kind of defect. It links to the reports of the products.
 *
 * @param title of the page
 * @param results by product, in the order shown; a product's report is in the folder of its name
 * @param pictures reads an image file; returns null if it cannot
 */
public record Overview(
    String title, Map<String, EvaluationResult> results, Function<Path, BufferedImage> pictures) {

  /**
   * Writes {@code report.html} into a folder.
   *
   * @return the page's path
   * @throws IOException naming the file, if it cannot be written
   */
  public Path write(Path folder) throws IOException {
    Path page = folder.resolve("report.html");
    AtomicFile.write(page, html());
    return page;
  }

  /** Returns the page. */
  public String html() {
    return Html.render(page -> JteoverviewGenerated.render(page, null, this));
  }

  /** Returns the results in a sentence. */
  String verdict() {
    CombinedResult all = CombinedResult.of(results);
    return "%s defective images found%s; %s good images with a false alarm%s."
        .formatted(
            Numbers.share(all.defectImagesFound(), all.defectImages()),
            Report.elsewhere(all.defectImagesAlarmedElsewhere()),
            Numbers.share(all.falseAlarmImages(), all.goodImages()),
            guaranteed());
  }

  /** Returns the highest rate that is guaranteed, if one is for every product. */
  private String guaranteed() {
    return results.values().stream().anyMatch(result -> result.operatingPoint() == null)
        ? ""
        : results.values().stream()
            .max(Comparator.comparingDouble(result -> result.operatingPoint().guaranteed()))
            .map(Report::guaranteed)
            .orElse("");
  }

  /** Returns whether a product has the fair figure. */
  private boolean hasFair() {
    return results.values().stream().anyMatch(EvaluationResult::hasFair);
  }

  /** Returns the headings of the rows. */
  List<String> headings() {
    return EvaluationTable.headings(
        hasFair(), "product", "found", "elsewhere", "false alarms", "guaranteed");
  }

  /** Returns a row for each product. */
  List<List<String>> rows() {
    return results.entrySet().stream().map(this::row).toList();
  }

  /** Returns the pictures of a product. */
  ReportGallery gallery(EvaluationResult product) {
    return new ReportGallery(product, pictures);
  }

  private List<String> row(Map.Entry<String, EvaluationResult> product) {
    EvaluationResult r = product.getValue();
    return EvaluationTable.row(
        r,
        hasFair(),
        product.getKey(),
        Numbers.share(r.defectImagesFound(), r.defectImages()),
        Integer.toString(r.defectImagesAlarmedElsewhere()),
        Numbers.share(r.falseAlarmImages(), r.goodImages()),
        r.operatingPoint() == null
            ? Numbers.UNKNOWN
            : FalseAlarmText.bound(
                r.operatingPoint().guaranteed(), !r.operatingPoint().expected()));
  }
}
