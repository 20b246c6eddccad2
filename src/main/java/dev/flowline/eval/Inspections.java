package dev.flowline.eval;

import dev.flowline.data.Sample;
import dev.flowline.line.DetailedInspection;
import java.io.IOException;

/** Inspections of a dataset's images, with maps of {@link Evaluator#SIZE} a side. */
public interface Inspections {
  /** Inspects a good training image. */
  DetailedInspection ofTraining(Sample sample) throws IOException;

  /** Inspects a test image, and adds its ground truth. */
  EvaluatedImage ofTest(Sample sample) throws IOException;
}
