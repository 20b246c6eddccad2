package dev.flowline.bench;

/** A workload: a setting made ready to inspect images, round after round. */
sealed interface Workload extends AutoCloseable permits Workers, Batches {
  /**
   * Inspects images.
   *
   * @param count how many, at least 1; the given images are taken in turn
   * @param times receives the time of each inspection, if there are such times
   */
  void run(int count, StageTimes times);

  /** Returns the smallest number of images that keeps all of the setting busy. */
  int leastImages();

  @Override
  void close();
}
