package dev.flowline.line;

/** The states of an {@link InspectionLine}, in the words of PackML (ISA-TR88.00.02). */
public enum LineState {
  /** Parts are accepted and inspected. */
  EXECUTE,
  /** No part is accepted; those that were are finished. */
  HOLDING,
  /** No part is accepted, and all that were are answered. */
  HELD,
  /** No part is accepted for good; those that were are finished. */
  STOPPING,
  /** All parts are answered and all threads have ended. */
  STOPPED,
  /** The receiver of the answers failed, so that answers may be lost: nothing is accepted. */
  ABORTED
}
