package dev.flowline.detectability;

import java.nio.file.Path;

/**
 * A good image as the model sees it without a made-up defect.
 *
 * @param alarm the pixels that are detected all the same
 */
record GoodImage(Path file, int height, int width, DetectedPixels alarm) {}
