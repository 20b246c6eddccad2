package dev.flowline.eval;

import dev.flowline.io.AtomicFile;
import dev.flowline.page.Html;
import dev.flowline.page.Numbers;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Several products' evaluations on one page: a table, and of each product one typical picture for
 * every kind of defect. It links to their whole reports.
 *
 * @param results by product, in the order shown; a product's report lies in the folder of its name
 * @param pictures reads an image file; null where it cannot
 */
public record Overview(
    String title, Map<String, EvaluationResult> results, Function<Path, BufferedImage> pictures) {

  /** Writes {@code report.html} into the folder; the page's path. */
  public Path write(Path folder) throws IOException {
    Path page = folder.resolve("report.html");
    AtomicFile.write(page, html());
    return page;
  }

  /** The page. */
  public String html() {
    CombinedResult all = CombinedResult.of(results);
    StringBuilder products = new StringBuilder();
    results.forEach(
        (name, result) ->
            products
                .append("<section>\n<h2><a href=\"")
                .append(Html.pathSegment(name))
                .append("/report.html\">")
                .append(Html.escape(name))
                .append("</a></h2>\n")
                .append(new ReportGallery(result, pictures).typical())
                .append("</section>\n"));
    return Html.page(
        "evaluation",
        title,
        "%s defective images found; %s good images with a false alarm."
            .formatted(
                Numbers.share(all.defectImagesFound(), all.defectImages()),
                Numbers.share(all.falseAlarmImages(), all.goodImages())),
        "/dev/flowline/eval/overview.html",
        Map.of(
            "table",
            Html.table(
                EvaluationTable.headings("product", "found", "false alarms"),
                results.entrySet().stream().map(Overview::row).toList()),
            "products",
            products.toString()));
  }

  private static List<String> row(Map.Entry<String, EvaluationResult> product) {
    EvaluationResult r = product.getValue();
    return EvaluationTable.row(
        r,
        product.getKey(),
        Numbers.share(r.defectImagesFound(), r.defectImages()),
        Numbers.share(r.falseAlarmImages(), r.goodImages()));
  }
}
