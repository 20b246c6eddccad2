package dev.flowline.segmentation;

import java.util.List;

/**
 * The moments of one image's latents, from the same energies as its {@link NfaMap}.
 *
 * @param meanEnergies by scale: the mean over positions of Σ_c z² / C; 1 on average if latents are
 *     white noise
 * @param fusedMap the anomaly map of all scales at the finest scale's size
 * @param channelMeans by scale: the mean of each channel over positions
 */
public record LatentMoments(
    double[] meanEnergies, FusedAnomalyMap fusedMap, List<double[]> channelMeans) {}
