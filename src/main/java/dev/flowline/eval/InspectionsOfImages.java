package dev.flowline.eval;

import dev.flowline.data.GroundTruth;
import dev.flowline.data.Sample;
import dev.flowline.io.DecodedImage;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import java.io.IOException;

/**
 * Inspections of image files as on the line, from decoding on, with the time that each stage takes.
 *
 * @param inspector stays the caller's
 */
public record InspectionsOfImages(Inspector inspector) implements Inspections {
  private static final InspectionRequest REQUEST =
      InspectionRequest.DEFAULT.withMaps(Evaluator.SIZE, Evaluator.SIZE);

  @Override
  public DetailedInspection ofTraining(Sample sample) throws IOException {
    return inspector.inspect(DecodedImage.read(sample.image()), REQUEST);
  }

  @Override
  public EvaluatedImage ofTest(Sample sample) throws IOException {
    DecodedImage decoded = DecodedImage.read(sample.image());
    DetailedInspection inspection = inspector.inspect(decoded, REQUEST);
    boolean[] groundTruth =
        sample.hasGroundTruth()
            ? GroundTruth.of(sample, decoded.image(), Evaluator.SIZE, Evaluator.SIZE)
            : null;
    return EvaluatedImage.of(
        sample, groundTruth, inspection, inspection.inspection().timingsMillis());
  }
}
