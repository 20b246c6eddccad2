package dev.flowline.train;

import dev.flowline.io.StoredTensor;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.Tensors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.ArchiveWriter;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;

/** An optimiser's moments as bytes, in LibTorch's own archive format. */
final class OptimizerState {
  private OptimizerState() {}

  static StoredTensor store(Adam adam) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PointerScope scope = new PointerScope();
        OutputArchive archive = new OutputArchive();
        ArchiveWriter writer = new Appender(bytes)) {
      adam.save(archive);
      archive.save_to(writer);
    }
    return new StoredTensor(
        StoredTensor.Type.U8, new long[] {bytes.size()}, ByteBuffer.wrap(bytes.toByteArray()));
  }

  /**
   * @param device of the parameters that it optimises; the state may come from another
   */
  static void load(Adam adam, StoredTensor stored, Device device) {
    byte[] bytes = new byte[stored.bytes().remaining()];
    stored.bytes().get(bytes);
    try (PointerScope scope = new PointerScope();
        BytePointer memory = new BytePointer(bytes);
        InputArchive archive = new InputArchive()) {
      archive.load_from(memory, bytes.length, Tensors.optional(device));
      adam.load(archive);
    }
  }

  private static final class Appender extends ArchiveWriter {
    private final ByteArrayOutputStream bytes;

    Appender(ByteArrayOutputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public long call(Pointer data, long size) {
      byte[] chunk = new byte[Math.toIntExact(size)];
      new BytePointer(data).capacity(size).get(chunk);
      bytes.writeBytes(chunk);
      return size;
    }
  }
}
