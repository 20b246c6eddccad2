package dev.flowline.export;

/** A listener that hears how far a {@link Verification} is. */
@FunctionalInterface
public interface PathProgress {
  /**
   * Takes note of images that a path has judged.
   *
   * @param path its engine, with threads and batch
   * @param done images so far
   * @param total images of this path
   */
  void report(String path, int done, int total);
}
