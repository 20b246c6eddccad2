/**
 * Calibration: false-alarm rates, the threshold that guarantees one, the good images that set it,
 * and their division. It knows nothing of LibTorch.
 */
package dev.flowline.calibration;
