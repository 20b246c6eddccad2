package dev.flowline.detectability;

import dev.flowline.data.GroundTruth;
import dev.flowline.data.Mask;
import dev.flowline.data.Sample;
import dev.flowline.data.synthesis.SurroundingContrast;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.OneLine;
import java.io.IOException;
import java.util.Optional;

/**
 * A real defect, and whether it was found: the verdict is DEFECT, and a detected region touches the
 * ground truth.
 *
 * @param type of defect
 * @param image its file name
 * @param size longest extent of the largest connected part of the ground truth, in pixels
 * @param contrast to the surroundings, see {@link SurroundingContrast}; NaN if there are none
 */
public record RealTrial(String type, String image, double size, double contrast, boolean found) {
  HitMiss hitMiss() {
    return new HitMiss(size, found);
  }

  /** Returns the trial of an image; empty if it has no mask, or the mask marks nothing. */
  static Optional<RealTrial> of(Sample sample, DetectabilityStudy study) throws IOException {
    if (sample.mask() instanceof Mask.None) {
      return Optional.empty();
    }
    Image image = Images.read(sample.image());
    boolean[] mask = GroundTruth.of(sample, image, image.height(), image.width());
    double size = FeretDiameter.largest(mask, image.width());
    return size == 0
        ? Optional.empty()
        : Optional.of(
            new RealTrial(
                OneLine.of(sample.defectType()),
                OneLine.of(String.valueOf(sample.image().getFileName())),
                size,
                SurroundingContrast.of(image, mask),
                study.finds(image, mask)));
  }
}
