package dev.flowline.eval;

import dev.flowline.metrics.Curve;
import java.util.List;

/**
 * The details of an evaluation that the report draws, beyond the figures.
 *
 * @param height rows of the evaluation's maps
 * @param width columns of the evaluation's maps
 * @param pixelRoc true over false positive rate of pixels
 * @param imageRoc true over false positive rate of images, by minLog10Nfa
 * @param pro mean overlap of regions over false positive rate of pixels
 * @param meanIouByLog10Epsilon mean IoU (ordinate) by log10Epsilon: figure 7 of the U-Flow paper
 * @param lowestAnomaly lowest value of all anomaly maps
 * @param highestAnomaly highest value of all anomaly maps
 * @param highestLog10Nfa highest value of all log10Nfa maps, that of the background
 * @param outcomes of all images, in the order of adding
 * @param gallery the images with the worst outcomes, the worst first
 */
public record EvaluationDetails(
    int height,
    int width,
    Curve pixelRoc,
    Curve imageRoc,
    Curve pro,
    Curve meanIouByLog10Epsilon,
    double lowestAnomaly,
    double highestAnomaly,
    double highestLog10Nfa,
    List<ImageOutcome> outcomes,
    List<EvaluatedImage> gallery) {}
