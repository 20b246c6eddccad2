package dev.flowline.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/**
 * The files that are being written when the process is asked to stop, by Ctrl-C for instance: they
 * come to their end, and no other is begun, so that no partial file is left.
 */
public final class FinalWrites {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** What becomes of a write that is to begin. */
  private enum Door {
    OPEN,
    /** It waits: the process is about to end by a signal. */
    HELD,
    /** It fails: the virtual machine shuts down and may wait for the writer. */
    CLOSED
  }

  private static final Object CHANGE = new Object();
  private static Door door = Door.OPEN;
  private static int running;

  static {
    Thread hook = new Thread(() -> stop(Door.CLOSED), "flowline-final-writes");
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

  /** Makes sure that the writes are awaited when the process ends, unless it is killed. */
  static void willBeAwaited() {
    // Its class is initialized now.
  }

  /**
   * Begins a write. Behind {@link #await} it waits for ever.
   *
   * @throws IOException if the virtual machine shuts down
   */
  static Write begin() throws IOException {
    synchronized (CHANGE) {
      try {
        while (door == Door.HELD) {
          CHANGE.wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted, and the process stops");
      }
      if (door == Door.CLOSED) {
        throw new IOException("the process stops");
      }
      running++;
    }
    return FinalWrites::end;
  }

  private static void end() {
    synchronized (CHANGE) {
      running--;
      CHANGE.notifyAll();
    }
  }

  /**
   * Waits for what is being written, ten seconds at most, and holds every other write from now on.
   * For a process that ends by a signal then. One that ends otherwise waits by itself, and refuses
   * other writes: a shutdown hook of its own may write, and must not wait for ever.
   */
  public static void await() {
    stop(Door.HELD);
  }

  private static void stop(Door next) {
    synchronized (CHANGE) {
      door = next;
      CHANGE.notifyAll();
      long end = System.nanoTime() + PATIENCE_NANOS;
      try {
        for (long left = PATIENCE_NANOS; running > 0; left = end - System.nanoTime()) {
          if (left <= 0) {
            return; // a partial file may be left, which the next writer removes
          }
          TimeUnit.NANOSECONDS.timedWait(CHANGE, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    OutputLock.removeAll();
  }
}
