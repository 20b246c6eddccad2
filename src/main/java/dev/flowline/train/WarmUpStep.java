package dev.flowline.train;

/**
 * Two steps one after the other in time.
 *
 * @param epochs of the first one
 */
record WarmUpStep(int epochs, TrainingStep first, TrainingStep then) implements TrainingStep {
  @Override
  public double take(int[] images, int epoch, double rate) {
    return (epoch <= epochs ? first : then).take(images, epoch, rate);
  }

  @Override
  public boolean prepares(int epoch) {
    return epoch <= epochs;
  }
}
