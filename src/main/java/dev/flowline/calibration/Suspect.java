package dev.flowline.calibration;

/**
 * How suspicious a good image is, by a test that did not see it.
 *
 * @param image its number
 * @param minLog10Nfa its statistic out of fold
 * @param pValue the share of the images, itself included, whose statistic is at most its own
 * @param expectedGood how many images as strange as this one are to be expected if all are good: by
 *     the usual ones among them, see {@link SuspectRule}
 */
public record Suspect(int image, double minLog10Nfa, double pValue, double expectedGood) {}
