package dev.flowline.eval;

import dev.flowline.data.Dataset;
import dev.flowline.data.GroundTruth;
import dev.flowline.data.Sample;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

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
    int images = dataset.train().size() + dataset.test().size();
    int done = 0;
    double log10Epsilon = inspector.segmentation().log10Epsilon();
    try (Evaluation evaluation = new Evaluation(SIZE, SIZE, log10Epsilon, galleryImages)) {
      for (Sample sample : dataset.train()) {
        Inspection inspection = inspector.inspect(Images.read(sample.image()), SIZE, SIZE);
        evaluation.addTrainingGood(inspection.anomalyMap());
        progress.done(++done, images);
      }
      for (Sample sample : dataset.test()) {
        evaluation.add(evaluate(inspector, sample));
        progress.done(++done, images);
      }
      return evaluation.finish();
    }
  }

  private static EvaluatedImage evaluate(Inspector inspector, Sample sample) throws IOException {
    long start = System.nanoTime();
    Image image = Images.read(sample.image());
    double decode = (System.nanoTime() - start) / 1e6;
    Inspection inspection = inspector.inspect(image, SIZE, SIZE);
    boolean[] groundTruth =
        sample.hasGroundTruth() ? GroundTruth.of(sample, image, SIZE, SIZE) : null;
    return new EvaluatedImage(
        name(sample),
        sample.defectType(),
        sample.image(),
        groundTruth,
        inspection.anomalyMap(),
        inspection.nfaMap().log10Nfa(),
        inspection.anomalyScore(),
        inspection.smallestLog10Nfa(),
        timings(inspection, decode));
  }

  private static Map<String, Double> timings(Inspection inspection, double decode) {
    var t = inspection.timingsMillis();
    Map<String, Double> timings = new LinkedHashMap<>();
    timings.put("decode", decode);
    timings.put("preprocess", t.preprocess());
    timings.put("extractor", t.extractor());
    timings.put("flow", t.flow());
    timings.put("segmentation", t.segmentation());
    timings.put("total", decode + t.total());
    return timings;
  }

  private static String name(Sample sample) {
    return sample.defectType() + "/" + sample.image().getFileName();
  }
}
