package dev.flowline.line;

import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.Region;
import java.util.List;

/**
 * What was found on one part.
 *
 * @param anomalyScore how strange the whole image is, by the model's law; u-flow's and fastflow's
 *     is the maximum of the anomaly map, in [0, 1]
 * @param smallestLog10Nfa of any region of any scale, whatever the map's size; below the model's
 *     log10Epsilon it is a defect
 * @param regions in pixels of the image as it was handed in, most meaningful first; none of a good
 *     part, at least one of a defect: where interpolation has levelled it out of the map, the map's
 *     lowest pixel
 * @param anomalyMap row-major, of the same size as {@code nfaMap}; high is anomalous
 * @param nfaMap log10NFA by pixel, at the map's resolution
 */
public record Inspection(
    Verdict verdict,
    double anomalyScore,
    double smallestLog10Nfa,
    List<Region> regions,
    float[] anomalyMap,
    NfaMap nfaMap,
    StageTimings timingsMillis) {
  public Inspection {
    regions = List.copyOf(regions);
  }
}
