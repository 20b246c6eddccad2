/**
 * Drift detection: a conformal test of whether good parts are still what they were at the
 * calibration. It knows nothing of LibTorch.
 */
package dev.flowline.drift;
