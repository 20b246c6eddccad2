package dev.flowline.train;

import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.OutputArchive;

/** An optimiser's moments as bytes, in LibTorch's own archive format. */
final class OptimizerState {
  private OptimizerState() {}

  static StoredTensor store(Adam adam) throws IOException {
    Path file = Files.createTempFile("flowline", ".optimizer");
    try (PointerScope scope = new PointerScope()) {
      OutputArchive archive = new OutputArchive();
      adam.save(archive);
      archive.save_to(file.toString());
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return new StoredTensor(StoredTensor.Type.U8, new long[] {bytes.remaining()}, bytes);
    } finally {
      Files.delete(file);
    }
  }

  static void load(Adam adam, StoredTensor stored) throws IOException {
    Path file = Files.createTempFile("flowline", ".optimizer");
    try (PointerScope scope = new PointerScope()) {
      byte[] bytes = new byte[stored.bytes().remaining()];
      stored.bytes().get(bytes);
      Files.write(file, bytes);
      InputArchive archive = new InputArchive();
      archive.load_from(file.toString());
      adam.load(archive);
    } finally {
      Files.delete(file);
    }
  }
}
