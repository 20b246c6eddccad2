/**
 * Comparisons of several models on the same data: what is planned, how it is run and resumed, and
 * the page and table of its results. What a comparison needs of the program around it, {@link
 * dev.flowline.compare.ComparisonHost} names.
 */
package dev.flowline.compare;
