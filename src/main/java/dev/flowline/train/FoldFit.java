package dev.flowline.train;

/** The fit of a method to all images but one fold. */
record FoldFit(Fitting fitting) implements FoldLearner {
  @Override
  public void load() {
    fitting.run(false);
  }
}
