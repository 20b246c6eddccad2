package dev.flowline.eval;

import dev.flowline.data.GroundTruth;
import dev.flowline.data.Sample;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.line.Inspection;
import dev.flowline.line.Inspector;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The whole way from the image's file, as on the line, with the time that each stage takes.
 *
 * @param inspector stays the caller's
 */
public record InspectionsOfImages(Inspector inspector) implements Inspections {
  @Override
  public Inspection ofTraining(Sample sample) throws IOException {
    return inspector.inspect(Images.read(sample.image()), Evaluator.SIZE, Evaluator.SIZE);
  }

  @Override
  public EvaluatedImage ofTest(Sample sample) throws IOException {
    long start = System.nanoTime();
    Image image = Images.read(sample.image());
    double decode = (System.nanoTime() - start) / 1e6;
    Inspection inspection = inspector.inspect(image, Evaluator.SIZE, Evaluator.SIZE);
    boolean[] groundTruth =
        sample.hasGroundTruth()
            ? GroundTruth.of(sample, image, Evaluator.SIZE, Evaluator.SIZE)
            : null;
    return EvaluatedImage.of(sample, groundTruth, inspection, timings(inspection, decode));
  }

  private static Map<String, Double> timings(Inspection inspection, double decode) {
    var t = inspection.timingsMillis();
    Map<String, Double> timings = new LinkedHashMap<>();
    timings.put("decode", decode);
    timings.put("preprocess", t.preprocess());
    timings.put("extractor", t.extractor());
    timings.put("flow", t.flow());
    timings.put("segmentation", t.segmentation());
    timings.put(StageTiming.TOTAL, decode + t.total());
    return timings;
  }
}
