package dev.flowline.peer;

/**
 * The milliseconds of one image through both networks.
 *
 * @param extractor NaN if the engine computes both networks in one call
 * @param flow NaN if extractor is
 * @param both from the input to the latents, with the freeing of what was made
 */
record Pass(double extractor, double flow, double both) {}
