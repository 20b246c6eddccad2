/**
 * Engines: from preprocessed images to latents, on a model whose weights all workers share. It is
 * what lies left of the seam at the latents; right of it nothing knows which engine made them.
 */
package dev.flowline.engine;
