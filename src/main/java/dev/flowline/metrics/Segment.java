package dev.flowline.metrics;

/**
 * A segment of one image, whose pixels share a label: one 8-connected ground-truth region, or all
 * pixels without defect.
 *
 * @param image number of the image in the order of adding, from 0
 * @param defect whether it is a ground-truth region
 * @param pixels its area, at least 1
 */
public record Segment(int image, boolean defect, int pixels) {}
