package dev.flowline.internal;

/**
 * A call of libflowline that failed through no invalid argument: its status and what the library
 * said.
 */
public final class FlowlineException extends RuntimeException {
  private final int status;

  public FlowlineException(int status, String statusName, String text) {
    super("libflowline: " + statusName + " (status " + status + "): " + text);
    this.status = status;
  }

  /** The status, a {@code FLOWLINE_...} constant of {@code flowline.h}. */
  public int status() {
    return status;
  }

  /**
   * Passes on a status of success.
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
