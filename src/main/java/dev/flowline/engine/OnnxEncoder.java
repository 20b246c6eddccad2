package dev.flowline.engine;

import dev.flowline.model.NetworkExport;
import dev.flowline.nn.OnnxModel;
import dev.flowline.nn.OnnxModel.Floats;
import dev.flowline.tensor.Device;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ONNX Runtime encoder, on an {@link ExportedNetwork}. It computes on the CPU. */
public final class OnnxEncoder implements Encoder {
  private static final String NAME = "onnxruntime";

  private final ExportedNetwork exported;
  private final int largestBatch;
  private final FloatBuffer input;
  private final List<FloatBuffer> latents = new ArrayList<>(); // for the largest batch
  private final FloatBuffer map; // null if libflowline makes maps of the latents
  private final FloatBuffer score; // null if the map is
  private boolean closed;

  /**
   * Makes an encoder.
   *
   * @param exported stays the caller's, and open as long as this encoder is
   * @param largestBatch the largest N, at least 1
   * @throws IllegalArgumentException if largestBatch is below 1
   */
  public OnnxEncoder(ExportedNetwork exported, int largestBatch) {
    Batch.requireLargest(largestBatch);
    this.exported = exported;
    this.largestBatch = largestBatch;
    input = Batch.direct(images(largestBatch));
    for (long[] shape : exported.latentShapes()) {
      latents.add(Batch.direct(ofBatch(shape, largestBatch)));
    }
    boolean maps = !exported.mapsLikelihood();
    map = maps ? Batch.direct(map(largestBatch)) : null;
    score = maps ? Batch.direct(largestBatch) : null;
  }

  private long[] images(int count) {
    return new long[] {
      count, 3, exported.preprocessing().height(), exported.preprocessing().width()
    };
  }

  private long[] map(int count) {
    return new long[] {
      count, 1, exported.preprocessing().height(), exported.preprocessing().width()
    };
  }

  private static long[] ofBatch(long[] shape, int count) {
    return new long[] {count, shape[1], shape[2], shape[3]};
  }

  @Override
  public FloatBuffer input() {
    return input.clear();
  }

  @Override
  public int largestBatch() {
    return largestBatch;
  }

  @Override
  public Encoding encode(int images) {
    if (closed) {
      throw new IllegalStateException("the encoder is closed");
    }
    Batch.requireImages(images, largestBatch);
    long start = System.nanoTime();
    List<Floats> encoded = new ArrayList<>();
    Map<String, Floats> outputs = new LinkedHashMap<>();
    for (int scale = 0; scale < latents.size(); scale++) {
      long[] shape = ofBatch(exported.latentShapes().get(scale), images);
      encoded.add(part(latents.get(scale), shape));
      outputs.put(NetworkExport.latents(scale), encoded.get(scale));
    }
    Floats maps = map == null ? null : part(map, map(images));
    Floats scores = map == null ? null : part(score, images);
    if (maps != null) {
      outputs.put(NetworkExport.ANOMALY_MAP, maps);
      outputs.put(NetworkExport.ANOMALY_SCORE, scores);
    }
    exported.network().run(Map.of(NetworkExport.IMAGES, part(input, images(images))), outputs);
    return new OnnxEncoding(encoded, maps, scores, (System.nanoTime() - start) / 1e6);
  }

  private static Floats part(FloatBuffer buffer, long... shape) {
    return new Floats(buffer.slice(0, Batch.length(shape)), shape);
  }

  @Override
  public List<long[]> latentShapes() {
    return exported.latentShapes();
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public EngineInfo engine() {
    return Runtime.INFO;
  }

  /** {@inheritDoc} Its buffers are freed once nobody refers to them. */
  @Override
  public void close() {
    closed = true;
  }

  private static final class Runtime {
    static final EngineInfo INFO = new EngineInfo(NAME, OnnxModel.runtimeVersion());
  }
}
