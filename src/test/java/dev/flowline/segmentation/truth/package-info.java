/**
 * A simulation where truth is known: what every rule promises on good images against what it does
 * on noise of six kinds, and which defects it finds. {@code docs/simulation.md} is written by
 * {@link dev.flowline.segmentation.truth.Simulation}.
 */
package dev.flowline.segmentation.truth;
