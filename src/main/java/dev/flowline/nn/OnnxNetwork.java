package dev.flowline.nn;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * An ONNX model, run by ONNX Runtime on the CPU. The library is an optional dependency. A model for
 * a fixed number of images, such as the one image that exporters take by default, is run on groups
 * of that many.
 */
final class OnnxNetwork implements ForeignNetwork {
  private final OrtSession session;
  private final String input;
  private final long[] declared; // the shape of its input, -1 for any; empty if not (N, C, H, W)
  private final long group; // images of each run; 0 for any number

  private OnnxNetwork(OrtSession session, String input, NodeInfo info) {
    this.session = session;
    this.input = input;
    declared =
        info.getInfo() instanceof TensorInfo tensor && tensor.getShape().length == 4
            ? tensor.getShape()
            : new long[0];
    group = declared.length == 0 ? 0 : Math.max(0, declared[0]);
  }

  static OnnxNetwork open(ByteBuffer file) throws IOException {
    try {
      OnnxWeights.requireInside(file);
      if (!OnnxTensors.hasGraph(file)) {
        throw new IOException("it has no graph of nodes");
      }
    } catch (IOException e) {
      throw new IOException("no TorchScript program and no ONNX model, " + e.getMessage(), e);
    }
    byte[] bytes = new byte[file.remaining()];
    file.duplicate().get(bytes);
    Natives.load();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(torch.get_num_threads());
      options.addConfigEntry("session.load_model_format", "ONNX"); // never ONNX Runtime's own form
      OrtSession session = OnnxRuntime.environment().createSession(bytes, options);
      if (session.getInputNames().size() != 1) {
        String names = session.getInputNames().toString();
        session.close();
        throw new IOException("it takes " + names + " instead of one input");
      }
      String input = session.getInputNames().iterator().next();
      return new OnnxNetwork(session, input, session.getInputInfo().get(input));
    } catch (OrtException e) {
      throw new IOException(
          "no TorchScript program and no ONNX model, ONNX Runtime says: " + OnnxRuntime.reason(e),
          e);
    }
  }

  /** It computes on the CPU, wherever the images come from. */
  @Override
  public void moveTo(Device device) {}

  @Override
  public List<Tensor> run(Tensor images) {
    Tensor dense = Tensors.on(Device.CPU, images).contiguous();
    List<Tensor> outputs =
        group == 0 || group == dense.size(0) ? runOnce(dense) : runInGroups(dense);
    return outputs.stream().map(output -> Tensors.on(Tensors.of(images), output)).toList();
  }

  /** Runs it on groups of images, the last of which is filled up by its first image. */
  private List<Tensor> runInGroups(Tensor images) {
    List<TensorVector> parts = new ArrayList<>();
    long count = images.size(0);
    for (long first = 0; first < count; first += group) {
      long taken = Math.min(group, count - first);
      Tensor some = images.narrow(0, first, taken);
      if (taken < group) {
        Tensor again = some.narrow(0, 0, 1).expand(group - taken, -1, -1, -1);
        some = torch.cat(new TensorVector(some, again), 0);
      }
      List<Tensor> outputs = runOnce(some.contiguous());
      for (int i = 0; i < outputs.size(); i++) {
        Tensor output = outputs.get(i);
        if (output.dim() == 0 || output.size(0) != group) {
          throw new IllegalStateException(
              "it takes %s images at once, and its output %s is of another number"
                  .formatted(group, i));
        }
        if (first == 0) {
          parts.add(new TensorVector());
        }
        parts.get(i).push_back(output.narrow(0, 0, taken));
      }
    }
    return parts.stream().map(part -> torch.cat(part, 0)).toList();
  }

  private List<Tensor> runOnce(Tensor dense) {
    try (OnnxTensor in = onnx(dense);
        OrtSession.Result result = session.run(Map.of(input, in))) {
      List<Tensor> outputs = new ArrayList<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        outputs.add(tensor(output.getKey(), output.getValue()));
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException(OnnxRuntime.reason(e), e);
    }
  }

  /**
   * Runs it on one image of zeros and returns the shapes of its outputs that are float32 tensors,
   * by name.
   *
   * @param height of the image, if the network is not declared for another one
   * @param width of the image, if the network is not declared for another one
   * @throws IllegalStateException with ONNX Runtime's message, if it fails
   */
  Map<String, long[]> shapes(int height, int width) {
    long[] image = {Math.max(1, group), 3, height, width};
    for (int i = 2; i < declared.length; i++) {
      image[i] = declared[i] > 0 ? declared[i] : image[i];
    }
    float[] zeros = new float[Math.toIntExact(image[0] * image[1] * image[2] * image[3])];
    try (OnnxTensor in =
            OnnxTensor.createTensor(OnnxRuntime.environment(), FloatBuffer.wrap(zeros), image);
        OrtSession.Result result = session.run(Map.of(input, in))) {
      Map<String, long[]> shapes = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        if (output.getValue() instanceof OnnxTensor tensor
            && tensor.getInfo().type == OnnxJavaType.FLOAT) {
          shapes.put(output.getKey(), tensor.getInfo().getShape());
        }
      }
      return shapes;
    } catch (OrtException e) {
      throw new IllegalStateException(OnnxRuntime.reason(e), e);
    }
  }

  private static OnnxTensor onnx(Tensor dense) throws OrtException {
    FloatBuffer values =
        new FloatPointer(dense.data_ptr()).capacity(dense.numel()).asByteBuffer().asFloatBuffer();
    return OnnxTensor.createTensor(OnnxRuntime.environment(), values, Tensors.shape(dense));
  }

  private static Tensor tensor(String name, OnnxValue output) {
    FloatBuffer values = output instanceof OnnxTensor onnx ? onnx.getFloatBuffer() : null;
    if (values == null) {
      throw new IllegalStateException("its output %s is %s".formatted(name, output.getType()));
    }
    float[] copy = new float[values.remaining()];
    values.get(copy);
    return TensorCopy.tensor(StoredTensor.of(copy, ((OnnxTensor) output).getInfo().getShape()));
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(OnnxRuntime.reason(e), e);
    }
  }
}
