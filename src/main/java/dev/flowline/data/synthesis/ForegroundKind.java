package dev.flowline.data.synthesis;

/** Where in an image anomalies may lie. */
public enum ForegroundKind {
  /** On the object, if the image shows one before a plain background, else everywhere. */
  AUTO,
  /** Everywhere: for textures. */
  NONE
}
