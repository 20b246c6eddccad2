package dev.flowline.calibration;

import dev.flowline.segmentation.RegionLaw;
import dev.flowline.segmentation.RelativeMaxima;
import dev.flowline.segmentation.SegmentationOptions;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The maxima of good images: how strong the strongest region of each class is.
 *
 * @param byImage in the order of the images
 * @param ofZones by zone of the test, each in the order of the images; empty without zones
 * @param height of the fused maps
 * @param width of the fused maps
 */
public record RegionMaxima(
    List<RelativeMaxima> byImage, List<List<RelativeMaxima>> ofZones, int height, int width) {
  public RegionMaxima {
    byImage = List.copyOf(byImage);
    ofZones = ofZones.stream().map(List::copyOf).toList();
  }

  /**
   * Returns a test with the region laws of all images.
   *
   * @param plain with the zones of these maxima
   */
  public SegmentationOptions measured(SegmentationOptions plain) {
    return measured(plain, IntStream.range(0, byImage.size()).boxed().toList());
  }

  /**
   * Returns a test with the region laws of some images.
   *
   * @param images by number
   */
  public SegmentationOptions measured(SegmentationOptions plain, List<Integer> images) {
    RegionLaw whole = law(byImage, images);
    return ofZones.isEmpty()
        ? plain.withLaw(whole)
        : plain.withLaws(whole, ofZones.stream().map(zone -> law(zone, images)).toList());
  }

  private RegionLaw law(List<RelativeMaxima> maxima, List<Integer> images) {
    return RegionLaw.relative(images.stream().map(maxima::get).toList()).ofMaps(height, width);
  }
}
