package dev.flowline.nn;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX model whose tensors are float32, run by ONNX Runtime on the CPU without LibTorch. The
 * library is an optional dependency. Concurrent runs are safe.
 */
public final class OnnxModel implements AutoCloseable {
  private final OrtSession session;

  private OnnxModel(OrtSession session) {
    this.session = session;
  }

  /**
   * Opens a model of its bytes.
   *
   * @param folder that holds the file of its weights, if they are not inside
   * @param threads that compute together, at least 1
   * @throws IOException saying the reason, if it is no model
   */
  public static OnnxModel of(ByteBuffer model, Path folder, int threads) throws IOException {
    byte[] bytes = bytes(model);
    OrtEnvironment environment = OnnxRuntime.environment(); // before any class of theirs loads it
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      // Idle threads sleep: spinning, they take the processor from programs that have work.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.load_model_format", "ONNX"); // never ONNX Runtime's own form
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path", folder.toString());
      return new OnnxModel(environment.createSession(bytes, options));
    } catch (OrtException e) {
      throw new IOException("no ONNX model, ONNX Runtime says: " + OnnxRuntime.reason(e), e);
    }
  }

  /** Returns the bytes of a buffer, which may have a gigabyte: without a copy if it can be. */
  private static byte[] bytes(ByteBuffer model) {
    if (model.hasArray() && model.array().length == model.remaining()) {
      return model.array();
    }
    byte[] bytes = new byte[model.remaining()];
    model.duplicate().get(bytes);
    return bytes;
  }

  /** Returns the version of ONNX Runtime. */
  public static String runtimeVersion() {
    return OnnxRuntime.environment().getVersion();
  }

  /**
   * Runs the model: reads the inputs where they lie, and writes the outputs to where they are to
   * be.
   *
   * @param inputs by name
   * @param outputs those that are wanted, by name
   * @throws IllegalStateException with ONNX Runtime's message, if it fails
   */
  public void run(Map<String, Floats> inputs, Map<String, Floats> outputs) {
    Map<String, OnnxTensor> from = new LinkedHashMap<>();
    Map<String, OnnxTensor> to = new LinkedHashMap<>();
    try {
      wrap(inputs, from);
      wrap(outputs, to);
      session.run(from, Set.of(), to).close();
    } catch (OrtException e) {
      throw new IllegalStateException(OnnxRuntime.reason(e), e);
    } finally {
      from.values().forEach(OnnxTensor::close);
      to.values().forEach(OnnxTensor::close);
    }
  }

  private static void wrap(Map<String, Floats> floats, Map<String, OnnxTensor> tensors)
      throws OrtException {
    for (Map.Entry<String, Floats> entry : floats.entrySet()) {
      Floats of = entry.getValue();
      tensors.put(
          entry.getKey(), OnnxTensor.createTensor(OnnxRuntime.environment(), of.values, of.shape));
    }
  }

  /**
   * A tensor in memory of the caller's.
   *
   * @param values a direct buffer in native byte order, whose remaining elements are the tensor's
   * @param shape dimensions, slowest first
   */
  public record Floats(FloatBuffer values, long... shape) {}

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(OnnxRuntime.reason(e), e);
    }
  }
}
