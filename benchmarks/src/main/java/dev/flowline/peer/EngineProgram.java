package dev.flowline.peer;

import dev.flowline.engine.Encoder;
import dev.flowline.engine.Encoding;
import dev.flowline.tensor.NativeView;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** Flowline with one of its engines, as an inspection uses it. */
final class EngineProgram implements Contestant {
  private final Encoder encoder;
  private final AutoCloseable networks; // of the encoder; null if they are the caller's

  /**
   * @param encoder of one image at a time, which this object closes
   * @param networks that it works on, closed after it; null for none
   * @param pixels of one image, (3, H, W)
   */
  EngineProgram(Encoder encoder, AutoCloseable networks, FloatBuffer pixels) {
    this.encoder = encoder;
    this.networks = networks;
    encoder.input().put(pixels.duplicate().clear());
  }

  @Override
  public String name() {
    return "Flowline, " + encoder.engine().name();
  }

  /** {@inheritDoc} An encoding knows the wall-clock time of its parts only. */
  @Override
  public Pass run(Clock clock) {
    long start = clock.nanos();
    double extractor;
    double flow;
    try (Encoding encoding = encoder.encode(1)) {
      extractor = encoding.extractorMillis();
      flow = encoding.flowMillis();
    }
    double both = (clock.nanos() - start) / 1e6;
    boolean parts = flow > 0 && clock == Clock.WALL;
    return parts ? new Pass(extractor, flow, both) : new Pass(Double.NaN, Double.NaN, both);
  }

  @Override
  public List<float[]> latents() {
    try (Encoding encoding = encoder.encode(1)) {
      return encoding.latents().stream().map(EngineProgram::copy).toList();
    }
  }

  /** Copies a view (1, C, H, W), whatever its strides. */
  private static float[] copy(NativeView view) {
    long[] shape = view.shape();
    long[] strides = view.strides();
    long last = 0;
    for (int d = 0; d < shape.length; d++) {
      last += (shape[d] - 1) * strides[d];
    }
    FloatPointer values = new FloatPointer(new Memory(view.address()));
    values.capacity(last + 1);
    float[] copy = new float[Math.toIntExact(shape[1] * shape[2] * shape[3])];
    int to = 0;
    for (long c = 0; c < shape[1]; c++) {
      for (long y = 0; y < shape[2]; y++) {
        for (long x = 0; x < shape[3]; x++) {
          copy[to++] = values.get(c * strides[1] + y * strides[2] + x * strides[3]);
        }
      }
    }
    return copy;
  }

  /** Memory of somebody else's. */
  private static final class Memory extends Pointer {
    Memory(long address) {
      this.address = address;
    }
  }

  @Override
  public void close() {
    encoder.close();
    if (networks != null) {
      try {
        networks.close();
      } catch (Exception e) {
        throw new IllegalStateException("the networks of %s".formatted(name()), e);
      }
    }
  }
}
