package dev.flowline.line;

import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.NfaMap;
import java.util.List;
import java.util.Optional;

/**
 * An inspection with its maps, and what else an {@link InspectionRequest} asked for.
 *
 * @param view where defects were looked for, in pixels of the maps
 * @param nfaMap log10 NFA by pixel, at the map's resolution; small is meaningful
 * @param anomalyMap row-major, of the size of {@code nfaMap}; high is anomalous
 * @param latentStatistics see {@link dev.flowline.calibration.LatentStatistics}; empty unless asked
 *     for
 */
public record DetailedInspection(
    Inspection inspection,
    FieldOfView view,
    NfaMap nfaMap,
    float[] anomalyMap,
    Optional<List<Double>> latentStatistics) {}
