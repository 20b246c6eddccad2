package dev.flowline.io;

import java.nio.file.Path;

/**
 * An entry of a list of image files.
 *
 * @param file the image, or a folder that cannot be read
 * @param name the name of its results: its path below the folder that was listed
 * @param error why it cannot be read; null for none
 */
public record ListedImage(Path file, Path name, String error) {}
