package dev.flowline.page;

/**
 * A tile, which makes a figure stand out.
 *
 * @param name what is measured
 * @param value how much it is, as text
 * @param note what helps to judge it
 */
public record Tile(String name, String value, String note) {}
