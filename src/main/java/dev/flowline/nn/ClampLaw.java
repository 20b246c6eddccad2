package dev.flowline.nn;

/** The laws of a coupling's soft clamp that libflowline knows. */
public enum ClampLaw {
  /** α·tanh(a). */
  TANH(0),
  /** α·tanh(a/α). */
  TANH_SCALED(1),
  /** α·0.636·atan(a/α). */
  ATAN(2);

  /** The law's {@code FLOWLINE_CLAMP_} constant. */
  final int code;

  ClampLaw(int code) {
    this.code = code;
  }
}
