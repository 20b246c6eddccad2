package dev.flowline.line;

import dev.flowline.segmentation.LatentMoments;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.Region;
import java.util.List;

/**
 * A judgement of one image's latents.
 *
 * @param regions in pixels of the map, most meaningful first; none of a good part, at least one of
 *     a defect: if interpolation has levelled it out of the map, the map's lowest pixel
 * @param anomalyMap row-major, of the size of {@code nfaMap}; high is anomalous
 * @param anomalyScore of the whole image, by the model's law
 * @param moments of the latents; null unless asked for
 */
public record Judgement(
    Verdict verdict,
    List<Region> regions,
    NfaMap nfaMap,
    float[] anomalyMap,
    double anomalyScore,
    LatentMoments moments) {}
