package dev.flowline.eval;

import dev.flowline.data.Sample;
import dev.flowline.line.DetailedInspection;
import java.io.IOException;

/** The inspections of a dataset's images, with maps of {@link Evaluator#SIZE} pixels per side. */
public interface Inspections {
  /**
   * Inspects a good training image.
   *
   * @throws IOException naming the file, if it cannot be read
   */
  DetailedInspection ofTraining(Sample sample) throws IOException;

  /**
   * Inspects a test image and adds its ground truth.
   *
   * @throws IOException naming the file, if the image or its mask cannot be read
   */
  EvaluatedImage ofTest(Sample sample) throws IOException;
}
