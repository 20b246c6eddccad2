package dev.flowline.internal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The standard output of a process whose lines others read. {@link #keepToItself} sends what native
 * code prints there to standard error, so that only this object writes the lines. It is no wall: a
 * program with the user's rights can find the stream again.
 */
public final class OwnOutput extends OutputStream {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;
  private static OwnOutput current; // null in a process whose output is another's

  private final FileOutputStream shared = new FileOutputStream(FileDescriptor.out);
  private int own = -1; // a descriptor of its own, once there is one

  private OwnOutput() {}

  /** Takes standard output over; only the main method of a program may do so. */
  public static synchronized OwnOutput take() {
    current = new OwnOutput();
    return current;
  }

  /**
   * Sends what others print on standard output to standard error from now on. It does nothing in a
   * process that has not called {@link #take}.
   *
   * @throws IOException if the system refuses it
   */
  public static synchronized void keepToItself() throws IOException {
    if (current != null) {
      current.part();
    }
  }

  private synchronized void part() throws IOException {
    if (own < 0) {
      int copy = LibC.dup(STANDARD_OUTPUT);
      if (copy < 0 || LibC.dup2(STANDARD_ERROR, STANDARD_OUTPUT) < 0) {
        throw new IOException("standard output cannot be kept apart from what programs print");
      }
      own = copy;
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (own < 0) {
      shared.write(bytes, offset, length);
      return;
    }
    int end = offset + length;
    for (int at = offset; at < end; ) {
      long written = LibC.write(own, Arrays.copyOfRange(bytes, at, end), end - at);
      if (written < 0) {
        throw new IOException("cannot write standard output");
      }
      at += (int) written;
    }
  }
}
