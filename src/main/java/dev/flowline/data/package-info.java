/** Datasets as they lie in folders, ground truth, and a line of made-up images. */
package dev.flowline.data;
