/**
 * Metrics of anomaly maps against ground truth, one a file. Pixels are collected image by image in
 * a {@link dev.flowline.metrics.PixelSweep}; one descent over all of them, in falling order of
 * score, feeds any number of {@link dev.flowline.metrics.ThresholdMetric}s. Everywhere a pixel is
 * predicted as defect where its score is strictly above the threshold.
 */
package dev.flowline.metrics;
