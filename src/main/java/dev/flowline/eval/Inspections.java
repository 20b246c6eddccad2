package dev.flowline.eval;

import dev.flowline.data.Sample;
import dev.flowline.line.DetailedInspection;
import dev.flowline.line.Judge;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.tensor.NativeView;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The inspections of a dataset's images, with maps of {@link Evaluator#SIZE} pixels per side. */
public interface Inspections {
  /**
   * Inspects a good training image.
   *
   * @throws IOException naming the file, if it cannot be read
   */
  DetailedInspection ofTraining(Sample sample) throws IOException;

  /**
   * Inspects a test image, adds its ground truth, and judges the same latents by the published
   * test.
   *
   * @param published with this test, on the device of the latents; stays the caller's
   * @throws IOException naming the file, if the image or its mask cannot be read
   */
  EvaluatedImage ofTest(Sample sample, Judge published) throws IOException;

  /**
   * Returns the map of log10 NFA, of {@link Evaluator#SIZE} pixels per side, by another test than
   * the inspector's, with this test's field of view.
   *
   * @param latents (1, C, H, W) by scale, finest first
   */
  static NfaMap nfaMap(Judge test, List<NativeView> latents) {
    FieldOfView view = test.test().view(Evaluator.SIZE, Evaluator.SIZE);
    return test.judge(latents, Optional.empty(), view, false).get(0).nfaMap();
  }
}
