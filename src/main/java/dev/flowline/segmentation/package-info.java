/**
 * Segmentation: the Java API of libflowline, from latents to maps of log10 NFA and regions. It
 * knows nothing of LibTorch.
 */
package dev.flowline.segmentation;
