/**
 * The detectability of defects: the probability of detection against their size, from made-up
 * defects and from real ones, with bounds.
 */
package dev.flowline.detectability;
