package dev.flowline.line;

import dev.flowline.calibration.InputStatistics;
import dev.flowline.segmentation.FieldOfView;
import dev.flowline.segmentation.NfaMap;
import dev.flowline.segmentation.Zones;
import java.util.List;
import java.util.Optional;

/**
 * An inspection with its maps and with the latent statistics if they were requested.
 *
 * @param view the field of view, in pixels of the maps
 * @param zones of the test; null without
 * @param nfaMap log10 NFA per pixel; small is meaningful
 * @param anomalyMap row-major, of the size of {@code nfaMap}; high is anomalous
 * @param latentStatistics see {@link dev.flowline.calibration.LatentStatistics}; empty unless the
 *     {@link InspectionRequest} has them
 * @param input statistics of the model's input; empty if they are not known, or the model knows
 *     none of calibration images to compare them with
 */
public record DetailedInspection(
    Inspection inspection,
    FieldOfView view,
    Zones zones,
    NfaMap nfaMap,
    float[] anomalyMap,
    Optional<List<Double>> latentStatistics,
    Optional<InputStatistics> input) {}
