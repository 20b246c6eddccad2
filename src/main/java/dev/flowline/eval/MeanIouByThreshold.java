package dev.flowline.eval;

import dev.flowline.metrics.NanAsNull;

/**
 * Mean IoU over all images of a set at three thresholds, NaN (in JSON null) where unknown.
 *
 * @param automatic where log10Nfa &lt; log10Epsilon: needs no labels
 * @param oracle at the log10Epsilon that is best for this very set: an upper bound, not a result
 * @param fair of the anomaly map, above the threshold that the good training images give
 */
public record MeanIouByThreshold(
    @NanAsNull double automatic, @NanAsNull double oracle, @NanAsNull double fair) {}
