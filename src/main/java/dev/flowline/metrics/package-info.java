/**
 * Metrics of anomaly maps against ground truth, one per file. A {@link
 * dev.flowline.metrics.PixelSweep} collects pixels image by image; one descent over all of them, in
 * falling order of score, feeds any number of {@link dev.flowline.metrics.ThresholdMetric}s.
 * Everywhere a pixel is predicted as defect if its score is strictly above the threshold.
 */
package dev.flowline.metrics;
