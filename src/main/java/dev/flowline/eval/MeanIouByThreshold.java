package dev.flowline.eval;

import dev.flowline.metrics.NanAsAbsent;
import dev.flowline.metrics.NanAsNull;

/**
 * The mean IoU over all images of a set at three thresholds. An unknown figure is NaN, in JSON
 * null.
 *
 * @param automatic at the model's log10Epsilon, which needs no labels
 * @param oracle at the log10Epsilon that is best for this set: an upper bound, not a result
 * @param fair at the fair threshold of the anomaly map, which good training images set; NaN, and
 *     absent in JSON, unless they were inspected
 */
public record MeanIouByThreshold(
    @NanAsNull double automatic, @NanAsNull double oracle, @NanAsAbsent double fair) {}
