package dev.flowline.eval;

import dev.flowline.data.GroundTruth;
import dev.flowline.data.Sample;
import dev.flowline.io.DecodedImage;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.InspectionRequest;
import dev.flowline.line.Inspector;
import dev.flowline.line.Judge;
import dev.flowline.segmentation.NfaMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
  public EvaluatedImage ofTest(Sample sample, Judge published) throws IOException {
    DecodedImage decoded = DecodedImage.read(sample.image());
    List<NfaMap> publishedMaps = new ArrayList<>();
    DetailedInspection inspection =
        inspector.inspect(
            decoded, REQUEST, latents -> publishedMaps.add(Inspections.nfaMap(published, latents)));
    boolean[] groundTruth =
        sample.hasGroundTruth()
            ? GroundTruth.of(sample, decoded.image(), Evaluator.SIZE, Evaluator.SIZE)
            : null;
    return EvaluatedImage.of(
            sample, groundTruth, inspection, inspection.inspection().timingsMillis())
        .withPublished(publishedMaps.get(0).log10Nfa(), publishedMaps.get(0).minLog10Nfa());
  }
}
