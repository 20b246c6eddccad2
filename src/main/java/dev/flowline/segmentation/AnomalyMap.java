package dev.flowline.segmentation;

/**
 * The anomaly map of one image and its score.
 *
 * @param levels row-major, not copied; high is anomalous
 * @param score of the whole image, high is anomalous
 */
public record AnomalyMap(float[] levels, float score) {}
