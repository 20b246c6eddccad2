package dev.flowline.peer;

import java.util.List;

/** A program that inspects, with the same weights and the same image as the others. */
interface Contestant extends Program {
  /** Returns copies of the latents by scale, finest first, dense, channels first. */
  List<float[]> latents();
}
