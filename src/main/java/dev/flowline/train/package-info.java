/** The way from good images to a model file: cached features, training, checkpoints, threshold. */
package dev.flowline.train;
