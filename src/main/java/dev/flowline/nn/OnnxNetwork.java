package dev.flowline.nn;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** An ONNX model, run by ONNX Runtime on the CPU. The library is an optional dependency. */
final class OnnxNetwork implements ForeignNetwork {
  private final OrtSession session;
  private final String input;

  private OnnxNetwork(OrtSession session, String input) {
    this.session = session;
    this.input = input;
  }

  static OnnxNetwork open(ByteBuffer file) throws IOException {
    byte[] bytes = new byte[file.remaining()];
    file.duplicate().get(bytes);
    Natives.load();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(torch.get_num_threads());
      OrtSession session = environment().createSession(bytes, options);
      if (session.getInputNames().size() != 1) {
        session.close();
        throw new IOException("it takes " + session.getInputNames() + " instead of one input");
      }
      return new OnnxNetwork(session, session.getInputNames().iterator().next());
    } catch (OrtException e) {
      throw new IOException(
          "no TorchScript program and no ONNX model, ONNX Runtime says: "
              + ForeignNetwork.reason(e),
          e);
    }
  }

  /** It computes on the CPU, wherever the images come from. */
  @Override
  public void moveTo(Device device) {}

  @Override
  public List<Tensor> run(Tensor images) {
    Tensor dense = Tensors.on(Device.CPU, images).contiguous();
    FloatBuffer values =
        new FloatPointer(dense.data_ptr()).capacity(dense.numel()).asByteBuffer().asFloatBuffer();
    try (OnnxTensor in = OnnxTensor.createTensor(environment(), values, Tensors.shape(dense));
        OrtSession.Result result = session.run(Map.of(input, in))) {
      List<Tensor> outputs = new ArrayList<>();
      for (Map.Entry<String, OnnxValue> output : result) {
        Tensor here = tensor(output.getKey(), output.getValue());
        outputs.add(Tensors.on(Tensors.of(images), here));
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException(ForeignNetwork.reason(e), e);
    }
  }

  /** The environment of the whole process; it prints nothing, since what fails is thrown. */
  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "flowline");
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
      throw new IllegalStateException(ForeignNetwork.reason(e), e);
    }
  }
}
