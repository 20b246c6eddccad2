package dev.flowline.segmentation;

/**
 * The maps of one image.
 *
 * @param nfaMap log10 NFA per pixel
 * @param anomalyMap row-major, of the size of {@code nfaMap}, in [0, 1], high is anomalous: 1 −
 *     mean over scales of exp(−½ mean over channels of z²), each scale interpolated bilinearly
 *     (U-Flow, equation 2, in the form of the released program, which upsamples the likelihood and
 *     not the latent). The field of view has no effect on it. Null if the model makes its own.
 * @param anomalyScore the maximum of {@code anomalyMap}; NaN if this is null
 * @param moments of the same latents; null unless requested
 */
public record ImageMaps(
    NfaMap nfaMap, float[] anomalyMap, float anomalyScore, LatentMoments moments) {
  ImageMaps with(LatentMoments found) {
    return new ImageMaps(nfaMap, anomalyMap, anomalyScore, found);
  }
}
