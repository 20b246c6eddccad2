package dev.flowline.eval;

import dev.flowline.data.Sample;
import dev.flowline.line.Inspection;
import java.io.IOException;

/** What a model says of a dataset's images, with maps of {@link Evaluator#SIZE} a side. */
public interface Inspections {
  /** Of a good training image. */
  Inspection ofTraining(Sample sample) throws IOException;

  /** Of a test image, with what is true of it. */
  EvaluatedImage ofTest(Sample sample) throws IOException;
}
