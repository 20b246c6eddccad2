package dev.flowline.segmentation;

import java.util.List;

/**
 * The latents of one image in a few numbers, from the same energies as its {@link NfaMap}.
 *
 * @param meanEnergies by scale: Σ_c z² / C, the mean over positions; 1 on average if latents are
 *     white noise
 * @param fusedMap the anomaly map of all scales at the finest scale's size
 * @param channelMeans by scale: the mean over positions of each channel
 */
public record LatentMoments(
    double[] meanEnergies, FusedAnomalyMap fusedMap, List<double[]> channelMeans) {}
