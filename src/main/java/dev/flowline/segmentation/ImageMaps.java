package dev.flowline.segmentation;

/**
 * What one image's latents say.
 *
 * @param nfaMap is it a defect?
 * @param anomalyMap how strange is it? Row-major, of the size of {@code nfaMap}. libflowline's is
 *     in [0, 1]: 1 − mean over scales of exp(−½ mean over channels of z²), each scale interpolated
 *     bilinearly (U-Flow, equation 2, in the form of the released program, which upsamples the
 *     likelihood and not the latent). The field of view does not touch it.
 * @param anomalyScore libflowline's is the largest value of {@code anomalyMap}
 * @param moments of the same latents; null unless asked for
 */
public record ImageMaps(
    NfaMap nfaMap, float[] anomalyMap, float anomalyScore, LatentMoments moments) {
  ImageMaps with(LatentMoments found) {
    return new ImageMaps(nfaMap, anomalyMap, anomalyScore, found);
  }
}
