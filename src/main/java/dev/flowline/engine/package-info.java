/**
 * Engines: they compute the latents of preprocessed images, on a model whose weights all workers
 * share. Nothing that uses the latents knows which engine computed them.
 */
package dev.flowline.engine;
