package dev.flowline.io;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The first failure to write what a result does not depend on, such as a report or a log. It waits
 * until the result is printed.
 */
public final class LaterFailure {
  /** Writes something. */
  @FunctionalInterface
  public interface Writing {
    void run() throws IOException;
  }

  private IOException first;

  /** Writes something; a failure is kept if it is the first. */
  public void tried(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      keep(e);
    } catch (UncheckedIOException e) {
      keep(e.getCause());
    }
  }

  /** Keeps a failure if it is the first. */
  void keep(IOException failure) {
    if (first == null) {
      first = failure;
    } else if (first != failure) {
      first.addSuppressed(failure);
    }
  }

  /** Returns whether something could not be written. */
  public boolean happened() {
    return first != null;
  }

  /**
   * Throws the failure, if there is one.
   *
   * @throws IOException as it was thrown when something could not be written
   */
  public void throwIfAny() throws IOException {
    if (first != null) {
      throw first;
    }
  }
}
