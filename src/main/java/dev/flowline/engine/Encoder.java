package dev.flowline.engine;

import dev.flowline.tensor.Device;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * An encoder, which computes the latents of N preprocessed images, for one thread at a time. It
 * works on a model that several encoders share and owns nothing but its buffers; closing it leaves
 * the model open.
 */
public sealed interface Encoder extends AutoCloseable
    permits TorchEncoder, OnnxEncoder, OpenCvEncoder {
  /**
   * Returns the buffer of the input, direct and in native byte order, (N, 3, H, W) for the largest
   * N; its position is 0. Its content must stay until the {@link Encoding} that was made of it is
   * closed: some maps are made of the input.
   */
  FloatBuffer input();

  /** Returns the largest N, at least 1. */
  int largestBatch();

  /**
   * Encodes the first images of the {@link #input}. The result belongs to the caller, who closes it
   * on this thread before the next call.
   *
   * @param images N, from 1 to the largest batch
   * @throws IllegalArgumentException if N is out of its bounds
   * @throws IllegalStateException after {@link #close}
   */
  Encoding encode(int images);

  /** Returns the shapes (1, C, H, W) of one image's latents by scale, finest first. */
  List<long[]> latentShapes();

  /** Returns the device that the latents are on. */
  Device device();

  /** Returns the engine of this encoder. */
  EngineInfo engine();

  @Override
  void close();
}
