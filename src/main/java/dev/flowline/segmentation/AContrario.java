package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The a contrario test of a flow's latents (U-Flow, sections 3.4.1 to 3.4.3): which regions have
 * more energy than chance explains. It owns native threads and workspace, which grows to the
 * largest batch and is freed by {@link #close}. Calls from several threads wait for each other.
 */
public final class AContrario implements AutoCloseable {
  private static final int MOST_PIXELS = 1 << 28;
  private static final int MOST_SCALES = 64;

  private final SegmentationOptions options;
  private final NativeContext context;
  private final NativeArguments arguments;
  private FloatPointer maps = new FloatPointer(); // (N, height, width)
  private FloatPointer smallest = new FloatPointer(); // (N)

  /**
   * @param threads at least 1: images and scales are shared out among them
   */
  public AContrario(SegmentationOptions options, int threads) {
    this.options = Objects.requireNonNull(options, "options");
    this.context = new NativeContext(threads);
    this.arguments = new NativeArguments(options, MOST_SCALES);
  }

  public SegmentationOptions options() {
    return options;
  }

  /**
   * Maps of log10 NFA, one an image. The same bits for any number of threads.
   *
   * @param latents the scales, finest first, each (N, C, H, W) on the CPU; read in place
   * @param height of the maps
   * @param width of the maps
   * @throws IllegalStateException after {@link #close}
   * @throws IllegalArgumentException if the latents are not of that form
   * @throws FlowlineException if a latent's energy is not finite, naming scale, image and position
   */
  public synchronized List<NfaMap> segment(List<NativeView> latents, int height, int width) {
    LibFlowline.Context handle = context.handle();
    long images = requireLatents(latents);
    int pixels = requirePixels(height, width);
    maps = reserve(maps, Math.multiplyExact(images, (long) pixels));
    smallest = reserve(smallest, images);
    for (int i = 0; i < latents.size(); i++) {
      arguments.latent(i, latents.get(i));
    }
    arguments.maps().height(height).width(width);
    arguments.maps().log10_nfa(maps.address()).smallest(smallest.address());
    try {
      FlowlineException.check(
          LibFlowline.flowline_segment(
              handle, arguments.latents(), latents.size(), arguments.options(), arguments.maps()));
    } finally {
      Reference.reachabilityFence(latents); // who holds the memory of the addresses
    }
    List<NfaMap> result = new ArrayList<>();
    try {
      for (long image = 0; image < images; image++) {
        float[] map = new float[pixels];
        maps.position(image * pixels).get(map);
        result.add(new NfaMap(height, width, map, smallest.get(image)));
      }
    } finally {
      maps.position(0);
    }
    return List.copyOf(result);
  }

  /** Retained, so that a scope that is open around a call does not free it. */
  private static FloatPointer reserve(FloatPointer held, long floats) {
    if (held.capacity() >= floats) {
      return held;
    }
    FloatPointer reserved = new FloatPointer(floats).retainReference();
    held.close();
    return reserved;
  }

  private static int requirePixels(int height, int width) {
    if (height < 1 || width < 1 || (long) height * width > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "height and width must be at least 1 and their product at most "
              + MOST_PIXELS
              + ", got "
              + height
              + " x "
              + width);
    }
    return height * width;
  }

  private static long requireLatents(List<NativeView> latents) {
    if (latents.isEmpty() || latents.size() > MOST_SCALES) {
      throw new IllegalArgumentException(
          "latents must be 1 to " + MOST_SCALES + " scales, got " + latents.size());
    }
    for (int i = 0; i < latents.size(); i++) {
      NativeView latent = latents.get(i);
      if (!latent.device().equals(Device.CPU)) {
        throw new IllegalArgumentException(
            "latents[" + i + "] must be on the CPU, is on " + latent.device());
      }
      if (latent.shape().length != 4) {
        throw new IllegalArgumentException(
            "latents[" + i + "] must be (N, C, H, W), got " + Arrays.toString(latent.shape()));
      }
      if (latent.shape()[0] != latents.get(0).shape()[0]) {
        throw new IllegalArgumentException(
            "latents["
                + i
                + "] must have the batch of latents[0], "
                + latents.get(0).shape()[0]
                + ", got "
                + latent.shape()[0]);
      }
    }
    return latents.get(0).shape()[0];
  }

  @Override
  public synchronized void close() {
    maps.close();
    smallest.close();
    arguments.close();
    context.close();
  }
}
