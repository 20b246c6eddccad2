package dev.flowline.calibration;

import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import java.util.List;

/**
 * The maxima of good images: how strong the strongest region of each class is.
 *
 * @param byImage in the order of the images
 * @param height of the fused maps
 * @param width of the fused maps
 */
public record RegionMaxima(List<RelativeMaxima> byImage, int height, int width) {
  public RegionMaxima {
    byImage = List.copyOf(byImage);
  }

  /** Returns the region law of all images. */
  public RegionLaw law() {
    return RegionLaw.relative(byImage).ofMaps(height, width);
  }

  /**
   * Returns the region law of some images.
   *
   * @param images by number
   */
  public RegionLaw law(List<Integer> images) {
    return RegionLaw.relative(images.stream().map(byImage::get).toList()).ofMaps(height, width);
  }
}
