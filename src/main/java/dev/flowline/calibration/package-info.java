/**
 * Calibration: false-alarm rates, the threshold that keeps one, the good images that set it, and
 * how they are shared out. It knows nothing of LibTorch.
 */
package dev.flowline.calibration;
