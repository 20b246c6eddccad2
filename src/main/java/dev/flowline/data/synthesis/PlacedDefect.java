package dev.flowline.data.synthesis;

import dev.flowline.io.Image;

/**
 * A good image with one made-up defect of known kind, size, contrast and place.
 *
 * @param image of the good one's size, channels and bits
 * @param mask (H·W), row-major, true where the defect covers at least half of a pixel; never all
 *     false
 * @param size longest extent, in pixels of the image
 * @param contrast mean difference to the good image over the mask, of the channel that differs
 *     most, as a share of the span of the image's samples
 * @param x column of its centre, in pixels from the left edge
 * @param y row of its centre, in pixels from the upper edge
 */
public record PlacedDefect(
    Image image,
    boolean[] mask,
    DefectKind kind,
    double size,
    double contrast,
    double x,
    double y) {}
