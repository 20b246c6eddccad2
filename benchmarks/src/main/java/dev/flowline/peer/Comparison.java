package dev.flowline.peer;

import java.util.List;
import java.util.Map;

/**
 * The result of one comparison: programs that took turns on one image in one process.
 *
 * @param backbone of the networks
 * @param size height and width of the input, pixels
 * @param threads that compute together
 * @param passes of each program in a round
 * @param clock what was measured
 * @param loadBefore the system's load average over a minute when it began
 * @param loadAfter when it was over
 * @param differences largest difference of a program's latents from the peer's, as a share of the
 *     peer's largest latent
 * @param series the times
 */
record Comparison(
    String backbone,
    int size,
    int threads,
    int passes,
    Clock clock,
    double loadBefore,
    double loadAfter,
    Map<String, Double> differences,
    List<Series> series) {
  /** Returns the peer's times of a part. */
  Series peer(String part) {
    return series.stream()
        .filter(s -> s.program().equals(EagerProgram.NAME) && s.part().equals(part))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the peer has no part " + part));
  }
}
