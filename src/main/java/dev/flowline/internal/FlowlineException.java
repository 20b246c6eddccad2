package dev.flowline.internal;

/** A call of libflowline that failed: its status and what the library said. */
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
   * @throws FlowlineException on any other, with the calling thread's last error
   */
  public static void check(int status) {
    if (status != 0) {
      throw new FlowlineException(
          status, LibFlowline.flowline_status_name(status), LibFlowline.flowline_last_error());
    }
  }
}
