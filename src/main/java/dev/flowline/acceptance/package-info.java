/**
 * Acceptance of an inspection: labelled parts, decided several times, against their reference. The
 * measures are those of the attribute study of AIAG's Measurement Systems Analysis (4th edition,
 * chapter III, section C).
 */
package dev.flowline.acceptance;
