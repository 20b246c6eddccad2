package dev.flowline;

import dev.flowline.internal.Natives;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.TensorCopy;
import java.io.IOException;
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
    ProtoMessage convolution =
        new ProtoMessage()
            .text(1, "images")
            .text(1, "weight")
            .text(2, "fine")
            .text(4, "Conv")
            .message(5, integers("strides", 2, 2))
            .message(5, integers("pads", 1, 1, 1, 1));
    ProtoMessage pooling =
        new ProtoMessage()
            .text(1, "fine")
            .text(2, "coarse")
            .text(4, "MaxPool")
            .message(5, integers("kernel_shape", 2, 2))
            .message(5, integers("strides", 2, 2));
    ProtoMessage initializer = new ProtoMessage();
    for (long dimension : weight.shape()) {
      initializer.number(1, dimension);
    }
    byte[] values = new byte[weight.bytes().remaining()];
    weight.bytes().get(values);
    initializer.number(2, 1).text(8, "weight").bytes(9, values);
    ProtoMessage graph =
        new ProtoMessage()
            .message(1, convolution)
            .message(1, pooling)
            .text(2, "own")
            .message(5, initializer)
            .message(11, value("images", batch))
            .message(12, value("fine", batch))
            .message(12, value("coarse", batch));
    ProtoMessage model =
        new ProtoMessage()
            .number(1, 8)
            .message(7, graph)
            .message(8, new ProtoMessage().text(1, "").number(2, 13));
    return Files.write(file, model.bytes());
  }

  private static ProtoMessage integers(String name, long... values) {
    ProtoMessage attribute = new ProtoMessage().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  /** A float tensor of four dimensions, of which only the first may be known. */
  private static ProtoMessage value(String name, int batch) {
    ProtoMessage shape = new ProtoMessage();
    shape.message(
        1, batch > 0 ? new ProtoMessage().number(1, batch) : new ProtoMessage().text(2, "n"));
    for (String symbol : new String[] {name + "_c", name + "_h", name + "_w"}) {
      shape.message(1, new ProtoMessage().text(2, symbol));
    }
    ProtoMessage tensor = new ProtoMessage().number(1, 1).message(2, shape);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
  }
}
