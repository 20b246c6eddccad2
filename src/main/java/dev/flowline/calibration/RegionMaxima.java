package dev.flowline.calibration;

import dev.flowline.segmentation.RegionLaw;
import java.util.List;

/**
 * The maxima of good images: how strong the strongest region of each class is.
 *
 * @param byImage in the order of the images
 * @param height of the fused maps
 * @param width of the fused maps
 */
public record RegionMaxima(List<float[]> byImage, int height, int width) {
  public RegionMaxima {
    byImage = List.copyOf(byImage);
  }

  /** Returns the region law of all images. */
  public RegionLaw law() {
    return new RegionLaw(byImage).ofMaps(height, width);
  }

  /**
   * Returns the region law of some images.
   *
   * @param images by number
   */
  public RegionLaw law(List<Integer> images) {
    return new RegionLaw(images.stream().map(byImage::get).toList()).ofMaps(height, width);
  }
}
