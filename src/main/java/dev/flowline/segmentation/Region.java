package dev.flowline.segmentation;

/**
 * A connected component of a detected mask, in pixels of its map.
 *
 * @param x left of its box
 * @param y top of its box
 * @param width of its box
 * @param height of its box
 * @param area number of pixels
 * @param centroidX mean of the pixels' columns
 * @param centroidY mean of the pixels' rows
 * @param peakX column where log10Nfa is attained, the first in row-major order
 * @param peakY row where log10Nfa is attained
 * @param log10Nfa the smallest in the region
 */
public record Region(
    int x,
    int y,
    int width,
    int height,
    int area,
    double centroidX,
    double centroidY,
    int peakX,
    int peakY,
    double log10Nfa) {}
