package dev.flowline.export;

/**
 * A golden image of an exported file: an image, and the answer about it.
 *
 * @param name for people
 * @param entry the key of the file's metadata that holds the image: a PNG in Base64
 * @param expected the model's own answer
 */
public record GoldenImage(String name, String entry, GoldenAnswer expected) {}
