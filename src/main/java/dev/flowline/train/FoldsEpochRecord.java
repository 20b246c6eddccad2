package dev.flowline.train;

import java.util.List;

/**
 * One epoch of all folds of a cross-fitting.
 *
 * @param epoch counted from 1
 * @param trainNll mean over the folds, per latent dimension, in nats
 * @param heldOutNll that of each fold's held-out images after the epoch
 * @param meanHeldOutNll their mean, which chooses the epoch
 * @param best whether it is the lowest so far of weights that may be kept
 */
public record FoldsEpochRecord(
    int epoch, double trainNll, List<Double> heldOutNll, double meanHeldOutNll, boolean best) {
  public FoldsEpochRecord {
    heldOutNll = List.copyOf(heldOutNll);
  }
}
