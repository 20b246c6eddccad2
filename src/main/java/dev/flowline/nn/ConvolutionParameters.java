package dev.flowline.nn;

/**
 * The parameters of a convolution.
 *
 * @param weight (out, in, k, k)
 * @param bias (out)
 */
public record ConvolutionParameters<V>(V weight, V bias) {}
