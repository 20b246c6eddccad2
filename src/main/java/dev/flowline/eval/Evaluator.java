package dev.flowline.eval;

import dev.flowline.data.MaskCheck;
import dev.flowline.data.Sample;
import dev.flowline.io.ImagesDone;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.Inspector;
import dev.flowline.line.Judge;
import dev.flowline.segmentation.SegmentationOptions;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The evaluator of an inspector on a dataset, by the published protocol. */
public final class Evaluator {
  /** The height and width at which maps and masks are compared. */
  public static final int SIZE = 256;

  private Evaluator() {}

  /**
   * Inspects the images of a dataset and evaluates the inspections.
   *
   * @param progress is called after every image, on the calling thread
   * @throws IOException naming the file, if an image or a mask cannot be read
   */
  public static EvaluationResult evaluate(
      Inspector inspector, EvaluationPlan plan, ImagesDone progress) throws IOException {
    return evaluate(new InspectionsOfImages(inspector), inspector, plan, progress);
  }

  /**
   * Evaluates inspections of a dataset.
   *
   * @param inspector that makes the inspections
   * @param progress is called after every image, on the calling thread
   * @throws IOException naming the file, if an image or a mask cannot be read
   */
  public static EvaluationResult evaluate(
      Inspections inspections, Inspector inspector, EvaluationPlan plan, ImagesDone progress)
      throws IOException {
    CalibrationSamples calibration =
        CalibrationSamples.of(inspector.model().config(), plan.images().dataset());
    Set<Sample> setThreshold = Set.copyOf(calibration.samples());
    List<Sample> training = plan.fair() ? plan.images().dataset().train() : calibration.samples();
    List<Sample> test = plan.images().dataset().test();
    int images = training.size() + test.size();
    int done = 0;
    double log10Epsilon = inspector.test().log10Epsilon();
    try (Evaluation evaluation =
            new Evaluation(
                SIZE,
                SIZE,
                log10Epsilon,
                inspector.calibration(),
                inspector.guardBand().orElse(null),
                plan.galleryImages());
        Judge published = new Judge(published(inspector.test()), inspector.model().device())) {
      evaluation.noteLeftOut(plan.images().leftOut());
      evaluation.noteCalibrationMissing(calibration.missing());
      for (Sample sample : training) {
        DetailedInspection part = inspections.ofTraining(sample);
        boolean[] inView = part.view().isWhole() ? null : part.view().mask();
        if (plan.fair()) {
          evaluation.addTrainingGood(part.anomalyMap(), inView);
        }
        if (setThreshold.contains(sample)) {
          evaluation.addCalibrationMap(part.anomalyMap(), inView);
        }
        progress.report(++done, images);
      }
      MaskCheck masks = new MaskCheck(SIZE);
      for (Sample sample : test) {
        EvaluatedImage image = inspections.ofTest(sample, published);
        masks.add(sample, image.groundTruth());
        evaluation.add(image);
        progress.report(++done, images);
      }
      evaluation.warn(plan.images().dataset().warnings());
      evaluation.warn(masks.warnings());
      return evaluation.finish();
    }
  }

  /** Returns the published test of what the model's own looks at. */
  private static SegmentationOptions published(SegmentationOptions own) {
    return SegmentationOptions.DEFAULT.withFieldOfView(own.fieldOfView());
  }
}
