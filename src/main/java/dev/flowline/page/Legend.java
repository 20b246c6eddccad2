package dev.flowline.page;

import java.util.List;

/**
 * The legend of a map: what its colours mean.
 *
 * @param title what the map shows
 * @param colours from low, left, to high, right
 * @param values what stands below the colours, from left to right
 */
public record Legend(String title, ColourMap colours, List<String> values) {}
