package dev.flowline.line;

import dev.flowline.segmentation.LatentMoments;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.NfaShift;
import dev.flowline.segmentation.Region;
import java.util.List;

/**
 * The judgement of one image's latents.
 *
 * @param regions in pixels of the map, the most meaningful first; at least one for DEFECT and for
 *     UNDECIDED, of which the first one decided, and none for other verdicts
 * @param nfaMap holds the deciding region of a defect, see {@link
 *     dev.flowline.segmentation.DecidedImage}
 * @param anomalyMap row-major, of the size of {@code nfaMap}; high is anomalous
 * @param anomalyScore of the whole image, as the model defines it; high is anomalous
 * @param moments of the latents; null unless requested
 */
public record Judgement(
    Verdict verdict,
    List<Region> regions,
    NfaMap nfaMap,
    float[] anomalyMap,
    double anomalyScore,
    LatentMoments moments) {
  /** Returns the same judgement with shifted numbers of false alarms. */
  Judgement shifted(NfaShift shift) {
    return new Judgement(
        verdict,
        regions.stream().map(shift::of).toList(),
        shift.of(nfaMap),
        anomalyMap,
        anomalyScore,
        moments);
  }
}
