package dev.flowline.train;

/**
 * Takes one kind of step in the first epochs and another one in all later epochs.
 *
 * @param epochs of the first one
 */
record WarmUpStep(int epochs, TrainingStep first, TrainingStep then) implements TrainingStep {
  @Override
  public double take(int[] images, int epoch, double rate) {
    return (epoch <= epochs ? first : then).take(images, epoch, rate);
  }

  @Override
  public String dependsOn() {
    String after = then.dependsOn();
    return after.isEmpty() ? "" : after + " after %s epochs".formatted(epochs);
  }

  @Override
  public boolean prepares(int epoch) {
    return epoch <= epochs;
  }
}
