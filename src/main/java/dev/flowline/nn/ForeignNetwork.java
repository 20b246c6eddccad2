package dev.flowline.nn;

import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A network that was read from a file and runs by itself, outside of {@link Ops}. Opening and
 * running it executes the program in the file. Concurrent runs are safe.
 */
public sealed interface ForeignNetwork extends AutoCloseable
    permits TorchScriptNetwork, OnnxNetwork {

  /** The beginning of the line with the reason. */
  String INTERPRETER = "RuntimeError: ";

  /** Moves the network to a device, if it can compute there; at first it is on the CPU. */
  void moveTo(Device device);

  /**
   * Its outputs in order, float32, on the device of the images; they belong to the caller's scope.
   *
   * @param images (N, 3, H, W), float32, on the device that it was moved to
   * @throws IllegalStateException with the network's own message, if it fails or returns other
   *     things than tensors
   */
  List<Tensor> run(Tensor images);

  @Override
  void close();

  /**
   * A network of whichever format the bytes have: TorchScript or ONNX.
   *
   * @param file the whole file
   * @throws IOException saying why, if it is neither, or an ONNX model that needs another file
   */
  static ForeignNetwork open(ByteBuffer file) throws IOException {
    try {
      return switch (NetworkFormat.of(file)) {
        case TORCHSCRIPT -> TorchScriptNetwork.open(file);
        case ONNX -> OnnxNetwork.open(file);
      };
    } catch (NoClassDefFoundError e) {
      throw new IOException(
          "no TorchScript program; to read it as an ONNX model, com.microsoft.onnxruntime:onnxruntime must be on the class path",
          e);
    }
  }

  /** Finds what went wrong in LibTorch's message of many lines. */
  static String reason(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    List<String> lines = message.strip().lines().toList();
    return lines.stream()
        .filter(line -> line.startsWith(INTERPRETER)) // the place stands before the reason
        .findFirst()
        .map(line -> line.substring(INTERPRETER.length()))
        .orElse(lines.isEmpty() ? message : lines.get(0));
  }
}
