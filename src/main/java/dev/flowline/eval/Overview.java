package dev.flowline.eval;

import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    return "%s defective images found%s; %s good images with a false alarm%s.%s"
        .formatted(
            Numbers.share(all.defectImagesFound(), all.defectImages()),
            Report.elsewhere(all.defectImagesAlarmedElsewhere()),
            Numbers.share(all.falseAlarmImages(), all.goodImages()),
            guaranteed(),
            undecidedImages());
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

  /** Returns the sentence on images that a person has to look at, if a product can have some. */
  private String undecidedImages() {
    return hasUndecided()
        ? " %s UNDECIDED: a person has to look at them."
            .formatted(
                Numbers.count(
                    results.values().stream()
                        .map(EvaluationResult::undecided)
                        .filter(Objects::nonNull)
                        .mapToInt(UndecidedImages::images)
                        .sum(),
                    "image"))
        : "";
  }

  /** Returns whether the model of a product has a guard band. */
  boolean hasUndecided() {
    return results.values().stream().anyMatch(result -> result.undecided() != null);
  }

  /** Returns whether a product has the fair figure. */
  private boolean hasFair() {
    return results.values().stream().anyMatch(EvaluationResult::hasFair);
  }

  /** Returns the headings of the rows. */
  List<String> headings() {
    List<String> first = new ArrayList<>(List.of("product", "found", "elsewhere"));
    first.addAll(hasUndecided() ? List.of("undecided") : List.of());
    first.addAll(List.of("false alarms", "guaranteed or expected"));
    return EvaluationTable.headings(hasFair(), first.toArray(String[]::new));
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
    List<String> first = new ArrayList<>();
    first.add(product.getKey());
    first.add(Numbers.share(r.defectImagesFound(), r.defectImages()));
    first.add(Integer.toString(r.defectImagesAlarmedElsewhere()));
    if (hasUndecided()) {
      first.add(
          r.undecided() == null
              ? "0"
              : Numbers.share(r.undecided().images(), r.goodImages() + r.defectImages()));
    }
    first.add(Numbers.share(r.falseAlarmImages(), r.goodImages()));
    first.add(
        r.operatingPoint() == null
            ? Numbers.UNKNOWN
            : FalseAlarmText.bound(
                r.operatingPoint().guaranteed(), !r.operatingPoint().expected()));
    return EvaluationTable.row(r, hasFair(), first.toArray(String[]::new));
  }
}
