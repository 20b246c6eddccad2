package dev.flowline.eval;

import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.io.ImagesDone;
import dev.flowline.line.Inspector;
import java.io.IOException;

/** Runs an inspector over a dataset and judges it, by the published protocol. */
public final class Evaluator {
  /** Height and width at which maps and masks are compared. */
  public static final int SIZE = 256;

  private Evaluator() {}

  /**
   * @param galleryImages how many of the worst images the report shall show
   * @param progress hears of every image, on the evaluating thread
   * @throws IOException naming the file, if an image or a mask cannot be read
   */
  public static EvaluationResult evaluate(
      Inspector inspector, Dataset dataset, int galleryImages, ImagesDone progress)
      throws IOException {
    return evaluate(
        new InspectionsOfImages(inspector), inspector, dataset, galleryImages, progress);
  }

  /**
   * @param inspector that makes the inspections
   * @param galleryImages how many of the worst images the report shall show
   * @param progress hears of every image, on the evaluating thread
   * @throws IOException naming the file, if an image or a mask cannot be read
   */
  public static EvaluationResult evaluate(
      Inspections inspections,
      Inspector inspector,
      Dataset dataset,
      int galleryImages,
      ImagesDone progress)
      throws IOException {
    int images = dataset.train().size() + dataset.test().size();
    int done = 0;
    double log10Epsilon = inspector.test().log10Epsilon();
    try (Evaluation evaluation =
        new Evaluation(SIZE, SIZE, log10Epsilon, inspector.calibration(), galleryImages)) {
      for (Sample sample : dataset.train()) {
        evaluation.addTrainingGood(inspections.ofTraining(sample).anomalyMap());
        progress.report(++done, images);
      }
      for (Sample sample : dataset.test()) {
        evaluation.add(inspections.ofTest(sample));
        progress.report(++done, images);
      }
      return evaluation.finish();
    }
  }
}
