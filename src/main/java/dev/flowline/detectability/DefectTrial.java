package dev.flowline.detectability;

import dev.flowline.data.synthesis.DefectKind;

/**
 * A made-up defect on a good image, and whether it was found.
 *
 * @param contrast that was requested
 * @param measuredContrast that it has
 * @param size in pixels
 * @param x of its centre, as a share of the image's width
 * @param y of its centre, as a share of the image's height
 * @param image file name of the good image
 */
public record DefectTrial(
    DefectKind kind,
    double contrast,
    double measuredContrast,
    double size,
    double x,
    double y,
    String image,
    boolean found) {
  HitMiss hitMiss() {
    return new HitMiss(size, found);
  }
}
