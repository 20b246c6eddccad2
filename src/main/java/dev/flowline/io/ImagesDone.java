package dev.flowline.io;

/** A listener that hears how many images a long work has done. */
@FunctionalInterface
public interface ImagesDone {
  /**
   * Takes note of one image more.
   *
   * @param done images so far, from 1 to total
   * @param total images in all
   */
  void report(int done, int total);

  /**
   * Returns a counter that reports one image more each time it runs. Several threads may share it:
   * they report one after the other.
   */
  default Runnable counter(int total) {
    return new Runnable() {
      private int done;

      @Override
      public synchronized void run() {
        report(++done, total);
      }
    };
  }
}
