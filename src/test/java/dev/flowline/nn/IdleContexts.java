package dev.flowline.nn;

/**
 * The contexts of libflowline that keep the memory of earlier calls, for tests of other packages.
 */
public final class IdleContexts {
  private IdleContexts() {}

  /** Returns how many there are. */
  public static int count() {
    return LayerContexts.idle();
  }

  /** Frees those that are there. */
  public static void release() {
    LayerContexts.release();
  }
}
