package dev.flowline.internal;

/**
 * The exception of a libflowline call that failed for another reason than an invalid argument. It
 * has the status and the text of the library.
 */
public final class FlowlineException extends RuntimeException {
  private final int status;

  /**
   * Makes an exception.
   *
   * @param status a {@code FLOWLINE_...} constant of {@code flowline.h}
   * @param text what the library reports
   */
  public FlowlineException(int status, String statusName, String text) {
    super("libflowline: " + statusName + " (status " + status + "): " + text);
    this.status = status;
  }

  /** Returns the status, a {@code FLOWLINE_...} constant of {@code flowline.h}. */
  public int status() {
    return status;
  }

  /**
   * Throws the exception of a status unless it is {@code FLOWLINE_OK}.
   *
   * @throws IllegalArgumentException if an argument was invalid: the library names it, its value
   *     and its bound
   * @throws FlowlineException on any other status, with the calling thread's last error
   */
  public static void check(int status) {
    if (status == LibFlowline.FLOWLINE_OK) {
      return;
    }
    String text = LibFlowline.flowline_last_error();
    if (status == LibFlowline.FLOWLINE_INVALID_ARGUMENT) {
      throw new IllegalArgumentException(text);
    }
    throw new FlowlineException(status, LibFlowline.flowline_status_name(status), text);
  }
}
