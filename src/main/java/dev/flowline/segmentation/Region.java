package dev.flowline.segmentation;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.internal.LibFlowline;
import java.util.ArrayList;
import java.util.List;

/**
 * A connected component of a detected mask, in pixels of its map.
 *
 * @param x left of its box
 * @param y top of its box
 * @param width of its box
 * @param height of its box
 * @param area number of pixels
 * @param centroidX mean of the pixels' columns
 * @param centroidY mean of the pixels' rows
 * @param peakX column of the pixel that has {@code log10Nfa}, the first in row-major order
 * @param peakY row of that pixel
 * @param log10Nfa the minimum in the region; small is meaningful
 * @param zone name of the zone that it is in; null without zones
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Region(
    int x,
    int y,
    int width,
    int height,
    int area,
    double centroidX,
    double centroidY,
    int peakX,
    int peakY,
    double log10Nfa,
    String zone) {
  /** Makes a region of an image without zones. */
  public Region(
      int x,
      int y,
      int width,
      int height,
      int area,
      double centroidX,
      double centroidY,
      int peakX,
      int peakY,
      double log10Nfa) {
    this(x, y, width, height, area, centroidX, centroidY, peakX, peakY, log10Nfa, null);
  }

  /** Returns this region of a zone's own test, with its log10 NFA among all zones. */
  Region in(Zone of) {
    double amongAll = of.amongAll((float) log10Nfa);
    return new Region(
        x, y, width, height, area, centroidX, centroidY, peakX, peakY, amongAll, of.name());
  }

  Region withLog10Nfa(double number) {
    return new Region(x, y, width, height, area, centroidX, centroidY, peakX, peakY, number, zone);
  }

  /** Returns the regions of a part of an array of libflowline's. */
  public static List<Region> of(LibFlowline.Region array, long first, long count) {
    List<Region> regions = new ArrayList<>();
    for (long i = first; i < first + count; i++) {
      LibFlowline.Region r = array.getPointer(i);
      regions.add(
          new Region(
              r.x(),
              r.y(),
              r.width(),
              r.height(),
              Math.toIntExact(r.area()),
              r.centroid_x(),
              r.centroid_y(),
              r.peak_x(),
              r.peak_y(),
              r.log10_nfa()));
    }
    return List.copyOf(regions);
  }
}
