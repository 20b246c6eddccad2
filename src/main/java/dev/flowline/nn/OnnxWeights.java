package dev.flowline.nn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The weights of an ONNX file that lie in a second file beside it, as PyTorch's exporter writes
 * them. ONNX Runtime would look for that file in the working directory whenever a model is opened;
 * so they are put in once, and what still refers to another file is never opened.
 */
public final class OnnxWeights {
  private OnnxWeights() {}

  /**
   * Refuses an ONNX file that needs another one.
   *
   * @throws IOException naming the tensor and the other file, or saying that it is no ONNX file
   */
  static void requireInside(ByteBuffer file) throws IOException {
    OnnxTree.rewrite(
        file,
        tensor -> {
          TensorProto described = TensorProto.of(tensor);
          if (described.refersToAnotherFile()) {
            throw new IOException(
                "tensor %s lies in another file, %s, and nothing outside of this one is read"
                    .formatted(
                        described.shownName(),
                        TensorProto.shown(described.location("without a name"))));
          }
          return null;
        });
  }

  /**
   * Returns an ONNX file with all its weights inside, the file itself if they are there already.
   *
   * @param network path of the file, which exists; the other file must lie beside it or below, or
   *     if the network is a link, beside what that leads to or below
   * @throws IOException naming the other file, if it is not there, too short or elsewhere, or if
   *     the whole would have more than 2 GB; or saying that it is no ONNX file
   */
  public static ByteBuffer putInside(ByteBuffer file, Path network) throws IOException {
    Map<Path, ByteBuffer> opened = new HashMap<>();
    ProtoWriter whole =
        OnnxTree.rewrite(
            file,
            tensor -> {
              TensorProto described = TensorProto.of(tensor);
              if (!described.refersToAnotherFile()) {
                return null;
              }
              if (described.isExternal() && described.hasRawData()) {
                throw new IOException(
                    "tensor %s has values of its own and others in another file"
                        .formatted(described.shownName()));
              }
              ProtoWriter inside = described.withoutReference();
              return described.isExternal()
                  ? inside.bytes(TensorProto.RAW_DATA, values(described, network, opened))
                  : inside;
            });
    return whole == null ? file : whole.whole();
  }

  private static ByteBuffer values(TensorProto tensor, Path network, Map<Path, ByteBuffer> opened)
      throws IOException {
    Path file = beside(network, tensor);
    ByteBuffer data = opened.get(file);
    if (data == null) {
      data = map(file);
      opened.put(file, data);
    }
    long offset = tensor.number("offset", 0);
    long length = tensor.number("length", data.remaining() - offset);
    if (offset < 0 || length < 0 || offset > data.remaining() - length) {
      throw new IOException(
          "its weights file %s is too short: tensor %s takes %s bytes from byte %s of %s"
              .formatted(file, tensor.shownName(), length, offset, data.remaining()));
    }
    OptionalLong wanted = tensor.bytes();
    if (wanted.isPresent() && wanted.getAsLong() != length) {
      throw new IOException(
          "tensor %s takes %s bytes, and %s has %s for it"
              .formatted(tensor.shownName(), wanted.getAsLong(), file, length));
    }
    return data.slice((int) offset, (int) length);
  }

  private static Path beside(Path network, TensorProto tensor) throws IOException {
    String location = tensor.location("");
    try {
      Path relative = Path.of(location);
      boolean inside =
          !location.isEmpty()
              && !relative.isAbsolute()
              && !relative.normalize().startsWith("..")
              && !relative.normalize().toString().isEmpty();
      if (inside) {
        Path file = network.resolveSibling(relative.normalize());
        if (!Files.exists(file) || isBelow(file, network)) {
          return file;
        }
      }
    } catch (InvalidPathException e) {
      throw new IOException(
          "tensor %s lies in a file of an impossible name, %s"
              .formatted(tensor.shownName(), TensorProto.shown(location)),
          e);
    }
    throw new IOException(
        "tensor %s lies in %s, and only files beside the network or below are read"
            .formatted(
                tensor.shownName(),
                location.isEmpty() ? "no named file" : TensorProto.shown(location)));
  }

  /** Returns whether a file lies beside the network or below when all links are followed. */
  private static boolean isBelow(Path file, Path network) throws IOException {
    Path real = file.toRealPath();
    return real.startsWith(network.toAbsolutePath().getParent().toRealPath())
        || real.startsWith(network.toRealPath().getParent());
  }

  private static ByteBuffer map(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "its weights lie in %s, which is %s: keep the two files together"
              .formatted(file, Files.exists(file) ? "no file" : "not there"));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "its weights file %s has %,d bytes, and at most 2 GB are possible",
                file,
                size));
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
    }
  }
}
