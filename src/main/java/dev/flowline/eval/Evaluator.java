package dev.flowline.eval;

import dev.flowline.data.Dataset;
import dev.flowline.data.MaskCheck;
import dev.flowline.data.Sample;
import dev.flowline.io.ImagesDone;
import dev.flowline.line.Inspector;
import java.io.IOException;

/** The evaluator of an inspector on a dataset, by the published protocol. */
public final class Evaluator {
  /** The height and width at which maps and masks are compared. */
  public static final int SIZE = 256;

  private Evaluator() {}

  /**
   * Inspects the images of a dataset and evaluates the inspections.
   *
   * @param galleryImages how many of the worst images the report is to show
   * @param progress is called after every image, on the calling thread
   * @throws IOException naming the file, if an image or a mask cannot be read
   */
  public static EvaluationResult evaluate(
      Inspector inspector, Dataset dataset, int galleryImages, ImagesDone progress)
      throws IOException {
    return evaluate(
        new InspectionsOfImages(inspector), inspector, dataset, galleryImages, progress);
  }

  /**
   * Evaluates inspections of a dataset.
   *
   * @param inspector that makes the inspections
   * @param galleryImages how many of the worst images the report is to show
   * @param progress is called after every image, on the calling thread
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
      MaskCheck masks = new MaskCheck(SIZE);
      for (Sample sample : dataset.test()) {
        EvaluatedImage image = inspections.ofTest(sample);
        masks.add(sample, image.groundTruth());
        evaluation.add(image);
        progress.report(++done, images);
      }
      evaluation.warn(dataset.warnings());
      evaluation.warn(masks.warnings());
      return evaluation.finish();
    }
  }
}
