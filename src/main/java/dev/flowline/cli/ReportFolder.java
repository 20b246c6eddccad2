package dev.flowline.cli;

import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.eval.EvaluationResult;
import dev.flowline.eval.Report;
import dev.flowline.line.Inspector;
import dev.flowline.model.ModelFacts;
import dev.flowline.study.GoodnessOfFitPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of an evaluation: report.html, goodness-of-fit.html, evaluation.json, and images.csv
 * and images.json with the result of each image.
 */
final class ReportFolder {
  private ReportFolder() {}

  /**
   * Writes the files; goodness-of-fit.html only if there are good test images.
   *
   * @param inspector the inspector that made the result
   * @return the file of the report
   */
  static Path write(
      Path folder,
      Dataset dataset,
      EvaluationResult result,
      Inspector inspector,
      CommonOptions common)
      throws IOException {
    List<Sample> good = dataset.testOf(Sample.GOOD);
    if (!good.isEmpty()) {
      goodnessOfFit(dataset.category(), good, inspector, common).write(folder);
    }
    var model = inspector.model();
    var facts = ModelFacts.of(model.config(), model.digest(), inspector.test(), model.cost());
    var input = model.config().preprocessing();
    return new Report(
            dataset.category(),
            result,
            facts,
            file -> GalleryPictures.read(file, input),
            !good.isEmpty())
        .write(folder);
  }

  private static GoodnessOfFitPage goodnessOfFit(
      String title, List<Sample> good, Inspector inspector, CommonOptions common)
      throws IOException {
    try (Progress progress = Progress.on(common.err())) {
      return GoodnessOfFitPage.of(
          title,
          inspector.model(),
          good,
          (done, total) -> progress.step("goodness of fit", done, total, ""));
    }
  }
}
