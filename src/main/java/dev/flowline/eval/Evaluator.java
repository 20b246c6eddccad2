package dev.flowline.eval;

import dev.flowline.data.Dataset;
import dev.flowline.data.Sample;
import dev.flowline.line.Inspector;
import java.io.IOException;

/** Runs an inspector over a dataset and judges it, by the published protocol. */
public final class Evaluator {
  /** Height and width at which maps and masks are compared. */
  public static final int SIZE = 256;

  /** Hears how far it is, on the evaluating thread. */
  @FunctionalInterface
  public interface Progress {
    void done(int images, int of);
  }

  private Evaluator() {}

  /**
   * @param galleryImages how many of the worst images the report shall show
   * @throws IOException naming the file, if an image or a mask cannot be read
   */
  public static EvaluationResult evaluate(
      Inspector inspector, Dataset dataset, int galleryImages, Progress progress)
      throws IOException {
    return evaluate(
        new InspectionsOfImages(inspector), inspector, dataset, galleryImages, progress);
  }

  /**
   * @param inspector that makes the inspections
   * @param galleryImages how many of the worst images the report shall show
   * @throws IOException naming the file, if an image or a mask cannot be read
   */
  public static EvaluationResult evaluate(
      Inspections inspections,
      Inspector inspector,
      Dataset dataset,
      int galleryImages,
      Progress progress)
      throws IOException {
    int images = dataset.train().size() + dataset.test().size();
    int done = 0;
    double log10Epsilon = inspector.test().log10Epsilon();
    try (Evaluation evaluation =
        new Evaluation(SIZE, SIZE, log10Epsilon, inspector.calibration(), galleryImages)) {
      for (Sample sample : dataset.train()) {
        evaluation.addTrainingGood(inspections.ofTraining(sample).anomalyMap());
        progress.done(++done, images);
      }
      for (Sample sample : dataset.test()) {
        evaluation.add(inspections.ofTest(sample));
        progress.done(++done, images);
      }
      return evaluation.finish();
    }
  }
}
