package dev.flowline.io;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The files that are being written when the process is asked to stop, by Ctrl-C for instance: they
 * come to their end, and no other is begun, so that no partial file is left.
 */
public final class FinalWrites {
  private static final long PATIENCE_SECONDS = 10;
  private static final ReentrantReadWriteLock WRITES = new ReentrantReadWriteLock();

  static {
    Thread hook = new Thread(FinalWrites::await, "flowline-final-writes");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process stops already; what is written from now on may be left as a partial file.
    }
  }

  /** The time during which a file is written. */
  interface Write extends AutoCloseable {
    @Override
    void close();
  }

  private FinalWrites() {}

  /** Makes sure that {@link #await} is called when the process ends, unless it is killed. */
  static void willBeAwaited() {
    // Its class is initialized now.
  }

  /** Begins a write; waits for ever if the process stops. */
  static Write begin() {
    WRITES.readLock().lock();
    return WRITES.readLock()::unlock;
  }

  /**
   * Waits for what is being written, ten seconds at most, and lets no other write begin from now
   * on. For a process that ends, which then calls this by itself unless it is killed.
   */
  public static void await() {
    try {
      if (!WRITES.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return; // a partial file may be left, which the next writer removes
      }
      OutputLock.removeAll();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
