package dev.flowline.flow;

/**
 * What an invertible module makes of its input.
 *
 * @param value the image of the input, (N, C, H, W)
 * @param logDetJacobian log |det| of the transformation that was applied, by sample, (N), natural
 *     log
 */
public record Transformed<V>(V value, V logDetJacobian) {}
