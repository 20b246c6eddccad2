package dev.flowline.bench;

/** A workload: a setting made ready to inspect images, round after round. */
sealed interface Workload extends AutoCloseable permits Workers, Batches {
  /**
   * Inspects images.
   *
   * @param count how many, at least 1; the given images are taken in turn
   * @param times receives the time of each inspection, if there are such times
   * @param end once it is over, no further image is begun
   * @return how many were inspected: the count, unless the deadline came before
   */
  int run(int count, StageTimes times, Deadline end);

  /** Returns the smallest number of images that keeps all of the setting busy. */
  int leastImages();

  @Override
  void close();
}
