package dev.flowline.data.synthesis;

/** The part of an image in which anomalies may lie. */
public enum ForegroundKind {
  /** On the object, if the image shows one before a plain background, else everywhere. */
  AUTO,
  /** Everywhere: for textures. */
  NONE
}
