package dev.flowline.train;

/** The loss became infinite or not a number. */
public final class TrainingDivergedException extends RuntimeException {
  private final int epoch;

  TrainingDivergedException(int epoch, int step, double loss, double learningRate, String rescue) {
    super(
        "the loss became "
            + loss
            + " at epoch "
            + epoch
            + ", step "
            + step
            + " (learning rate "
            + learningRate
            + "): lower the learning rate; "
            + rescue);
    this.epoch = epoch;
  }

  /** The epoch in which it happened, counted from 1. */
  public int epoch() {
    return epoch;
  }
}
