package dev.flowline;

import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.QualifiedName;

/**
 * Files of small networks as other tools save them: a convolution of stride 2, and behind it a
 * pooling of windows of 2 × 2.
 */
public final class ForeignFiles {
  /** What the TorchScript program returns if nothing else is wanted. */
  public static final String BOTH = "return (fine, coarse)";

  private ForeignFiles() {}

  /**
   * A TorchScript program.
   *
   * @param weight (C, 3, 3, 3)
   * @param end the line behind those that make {@code fine} and {@code coarse} of the images {@code
   *     x}
   */
  public static Path torchScript(Path file, StoredTensor weight, String end) {
    Natives.load();
    try (PointerScope scope = new PointerScope()) {
      JitModule module = new JitModule(new QualifiedName("__torch__.Own"));
      module.register_parameter("weight", TensorCopy.tensor(weight), false);
      module.define(
          """
          def forward(self, x):
              fine = torch.conv2d(x, self.weight, None, [2, 2], [1, 1])
              coarse = torch.max_pool2d(fine, [2, 2])
              %s
          """
              .formatted(end));
      module.save(file.toString());
      return file;
    }
  }

  /**
   * The same as an ONNX model, written by hand: its protocol buffers are few.
   *
   * @param batch number of images that it takes, 0 for any
   */
  public static Path onnx(Path file, StoredTensor weight, int batch) throws IOException {
    Message convolution =
        new Message()
            .text(1, "images")
            .text(1, "weight")
            .text(2, "fine")
            .text(4, "Conv")
            .message(5, integers("strides", 2, 2))
            .message(5, integers("pads", 1, 1, 1, 1));
    Message pooling =
        new Message()
            .text(1, "fine")
            .text(2, "coarse")
            .text(4, "MaxPool")
            .message(5, integers("kernel_shape", 2, 2))
            .message(5, integers("strides", 2, 2));
    Message initializer = new Message();
    for (long dimension : weight.shape()) {
      initializer.number(1, dimension);
    }
    byte[] values = new byte[weight.bytes().remaining()];
    weight.bytes().get(values);
    initializer.number(2, 1).text(8, "weight").bytes(9, values);
    Message graph =
        new Message()
            .message(1, convolution)
            .message(1, pooling)
            .text(2, "own")
            .message(5, initializer)
            .message(11, value("images", batch))
            .message(12, value("fine", batch))
            .message(12, value("coarse", batch));
    Message model =
        new Message()
            .number(1, 8)
            .message(7, graph)
            .message(8, new Message().text(1, "").number(2, 13));
    return Files.write(file, model.bytes.toByteArray());
  }

  private static Message integers(String name, long... values) {
    Message attribute = new Message().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  /** A float tensor of four dimensions, of which only the first may be known. */
  private static Message value(String name, int batch) {
    Message shape = new Message();
    shape.message(1, batch > 0 ? new Message().number(1, batch) : new Message().text(2, "n"));
    for (String symbol : new String[] {name + "_c", name + "_h", name + "_w"}) {
      shape.message(1, new Message().text(2, symbol));
    }
    Message tensor = new Message().number(1, 1).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** A message of protocol buffers. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
      variable((long) field << 3);
      variable(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes.toByteArray());
    }

    Message bytes(int field, byte[] value) {
      variable((long) field << 3 | 2);
      variable(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void variable(long value) {
      for (long rest = value; ; rest >>>= 7) {
        bytes.write((int) (rest < 128 ? rest : rest & 127 | 128));
        if (rest < 128) {
          return;
        }
      }
    }
  }
}
