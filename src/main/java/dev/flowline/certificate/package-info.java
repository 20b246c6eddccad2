/**
 * The certificate of a model: what its threshold guarantees, by which images, and when that was
 * last shown to hold. What happened since the calibration stands in a logbook beside the model.
 */
package dev.flowline.certificate;
