package dev.flowline.peer;

import java.util.List;

/**
 * The times of one program in one comparison.
 *
 * @param program its name
 * @param part {@code extractor}, {@code flow}, {@code both} or {@code training step}
 * @param millis the median of each round's passes, by round
 */
record Series(String program, String part, List<Double> millis) {}
