/**
 * Is it a defect? The Java face of libflowline: latents in, maps of log10 NFA and regions out. It
 * knows nothing of LibTorch.
 */
package dev.flowline.segmentation;
