package dev.flowline.peer;

/**
 * The milliseconds of one image through both networks.
 *
 * @param extractor NaN if it cannot be told from the flow
 * @param flow NaN likewise
 * @param both from the input to the latents, with the freeing of what was made
 */
record Pass(double extractor, double flow, double both) {}
