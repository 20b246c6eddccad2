package dev.flowline.engine;

import dev.flowline.tensor.Device;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * An encoder: from N preprocessed images to N images' latents. It works on a model that several
 * encoders share and owns nothing but its buffers; closing it leaves the model open. One thread at
 * a time: each worker has its own.
 */
public sealed interface Encoder extends AutoCloseable permits TorchEncoder {
  /**
   * The buffer of the input, direct and in native byte order, (N, 3, H, W) for the largest N; its
   * position is 0. What it holds must stay until the {@link Encoding} that was made of it is
   * closed, as some maps are made of the input.
   */
  FloatBuffer input();

  /**
   * Encodes the first images of the {@link #input}. The result belongs to the caller, who closes it
   * on this thread before the next call.
   *
   * @param images N, 1 to the largest batch
   * @throws IllegalArgumentException if N is out of its bounds
   * @throws IllegalStateException after {@link #close}
   */
  Encoding encode(int images);

  /** Shapes (1, C, H, W) of one image's latents by scale, finest first. */
  List<long[]> latentShapes();

  /** The device on which the latents lie. */
  Device device();

  /** The engine behind this encoder. */
  EngineInfo engine();

  @Override
  void close();
}
