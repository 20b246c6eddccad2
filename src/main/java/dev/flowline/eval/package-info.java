/**
 * Evaluation of a model on a test set: what was found, how well, by defect type; as an object, as a
 * table and as a report. Follows the protocol of the U-Flow paper, section 4.
 */
package dev.flowline.eval;
