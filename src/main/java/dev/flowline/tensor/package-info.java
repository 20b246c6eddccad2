/** Who owns native memory and for how long, and windows on it that know nothing of LibTorch. */
package dev.flowline.tensor;
