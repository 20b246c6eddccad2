package dev.flowline.compare;

import dev.flowline.eval.EvaluationResult;

/**
 * A figure that a paper prints.
 *
 * @param dataset "mvtec" or "btad"
 * @param category the category's folder, or "mean" for the mean over all of them
 * @param model the method's name in Flowline
 * @param metric where {@link EvaluationResult#json()} has it, as in "meanIou.fair"
 * @param value in (0, 1]
 * @param extractor its name as far as the paper says which, else null
 * @param source paper and table
 */
public record PublishedResult(
    String dataset,
    String category,
    String model,
    String metric,
    double value,
    String extractor,
    String source) {}
