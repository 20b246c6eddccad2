package dev.flowline.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Named tensors in whichever format a file has: safetensors or PyTorch, told by its content. */
public final class StateDict {
  private static final int ZIP = 0x04034b50; // "PK\3\4"
  private static final int LEGACY = 0x0a8a0280; // PROTO 2, LONG1 of 10 bytes

  private StateDict() {}

  /**
   * Reads the file. Nothing in it is ever executed.
   *
   * @throws IOException naming the file, if it cannot be read
   */
  public static Map<String, StoredTensor> read(Path file) throws IOException {
    int magic;
    try (FileBytes bytes = FileBytes.open(file)) {
      magic = bytes.size() < 4 ? 0 : bytes.read(0, 4).getInt(0);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + FileFault.of(e), e);
    }
    return magic == ZIP || magic == LEGACY
        ? PickledState.read(file)
        : Safetensors.read(file).tensors();
  }
}
