package dev.flowline.nn;

import dev.flowline.internal.Natives;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.TupleElements;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A network saved by {@code torch.jit.save}, in evaluation mode. */
final class TorchScriptNetwork implements ForeignNetwork {
  private final JitModule module;

  private TorchScriptNetwork(JitModule module) {
    this.module = module;
  }

  /** LibTorch reads files only: the bytes go by way of a temporary one. */
  static TorchScriptNetwork open(ByteBuffer file) throws IOException {
    Natives.load();
    Path copy = Files.createTempFile("flowline", ".pt");
    try (PointerScope scope = new PointerScope()) {
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        ByteBuffer rest = file.duplicate();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
      JitModule module = torch.load(copy.toString());
      module.eval();
      module.retainReference();
      return new TorchScriptNetwork(module);
    } catch (RuntimeException e) {
      throw new IOException(
          "no TorchScript program, LibTorch says: " + ForeignNetwork.reason(e), e);
    } finally {
      Files.delete(copy);
    }
  }

  @Override
  public void moveTo(Device device) {
    try (PointerScope scope = new PointerScope()) {
      module.to(Tensors.torch(device));
    }
  }

  @Override
  public List<Tensor> run(Tensor images) {
    try {
      return tensors(module.forward(new IValueVector(new IValue(images))));
    } catch (RuntimeException e) {
      throw e instanceof IllegalStateException
          ? e
          : new IllegalStateException(ForeignNetwork.reason(e), e);
    }
  }

  private static List<Tensor> tensors(IValue output) {
    List<Tensor> tensors = new ArrayList<>();
    if (output.isTensor()) {
      tensors.add(output.toTensor());
    } else if (output.isTensorList()) {
      TensorVector list = output.toTensorVector();
      for (long i = 0; i < list.size(); i++) {
        tensors.add(list.get(i));
      }
    } else if (output.isTuple()) {
      TupleElements elements = output.toTupleRef().elements();
      for (long i = 0; i < elements.size(); i++) {
        if (!elements.get(i).isTensor()) {
          throw new IllegalStateException(
              "its output %s is a %s".formatted(i, elements.get(i).tagKind().getString()));
        }
        tensors.add(elements.get(i).toTensor());
      }
    } else {
      throw new IllegalStateException("its output is a " + output.tagKind().getString());
    }
    return tensors.stream().map(tensor -> tensor.to(ScalarType.Float)).toList();
  }

  @Override
  public void close() {
    module.close();
  }
}
