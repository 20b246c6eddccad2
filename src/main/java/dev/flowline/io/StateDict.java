package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;

/** Named tensors in whichever format a file has: safetensors or PyTorch, told by its content. */
public final class StateDict {
  private static final int ZIP = 0x04034b50; // "PK\3\4"
  private static final int LEGACY = 0x0a8a0280; // PROTO 2, LONG1 of 10 bytes
  private static final int LONGEST_HEADER = 100_000_000; // of safetensors

  private StateDict() {}

  /**
   * Reads the file. Nothing in it is ever executed.
   *
   * @throws IOException naming the file, what is wrong with it or what it is instead, if it cannot
   *     be read
   */
  public static Map<String, StoredTensor> read(Path file) throws IOException {
    WeightsFileCheck.require(file);
    ByteBuffer start;
    try (FileBytes bytes = FileBytes.open(file)) {
      start = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
      start.put(bytes.read(0, Math.min(9, bytes.size())));
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + FileFault.of(e), e);
    }
    int magic = start.getInt(0);
    if (magic == ZIP || magic == LEGACY) {
      return PickledState.read(file);
    }
    long header = start.getLong(0);
    if (start.get(8) != '{' || header < 2 || header > LONGEST_HEADER) {
      throw new IOException(
          file
              + " holds no weights: it is neither a safetensors file nor one of torch.save; download the file again, or save the weights as one of the two");
    }
    return Safetensors.read(file).tensors();
  }
}
