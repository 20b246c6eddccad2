/**
 * Evaluation of a model on a test set: what was found, and how well, for each defect type; as an
 * object, as a table and as a report. It follows the protocol of the U-Flow paper, section 4.
 */
package dev.flowline.eval;
