package dev.flowline.nn;

/**
 * A flow step with its parameters: a subnet on the first C − ⌊C/2⌋ channels, which is a convolution
 * to some hidden channels, a ReLU and a convolution to 2·⌊C/2⌋ channels, both with "same" zero
 * padding; and what {@link Coupling} makes of its output.
 *
 * @param firstWeight (hidden, C − ⌊C/2⌋, k, k) with k = 1 or 3
 * @param firstBias (hidden)
 * @param secondWeight (2·⌊C/2⌋, hidden, k, k)
 * @param secondBias (2·⌊C/2⌋)
 */
public record FlowStep<V>(
    V firstWeight, V firstBias, V secondWeight, V secondBias, Coupling<V> coupling) {}
