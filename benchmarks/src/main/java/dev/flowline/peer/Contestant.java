package dev.flowline.peer;

import java.util.List;

/** One of the programs that are compared, with the same weights and the same image. */
interface Contestant extends AutoCloseable {
  /** Returns its name in tables. */
  String name();

  /** Computes the latents once and measures it. */
  Pass run(Clock clock);

  /** Returns copies of the latents by scale, finest first, dense, channels first. */
  List<float[]> latents();

  @Override
  void close();
}
