package dev.flowline.flow;

/**
 * The result of an invertible module.
 *
 * @param value the image of the input, (N, C, H, W)
 * @param logDetJacobian log |det| of the transformation that was applied, per sample, (N), natural
 *     log
 */
public record Transformed<V>(V value, V logDetJacobian) {}
