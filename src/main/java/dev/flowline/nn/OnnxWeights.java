package dev.flowline.nn;

import dev.flowline.io.OneLine;
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

/**
 * The weights of an ONNX file that lie in a second file beside it, as PyTorch's exporter writes
 * them. ONNX Runtime would look for that file in the working directory whenever a model is opened;
 * so they are put in once, and what still refers to another file is never opened.
 */
public final class OnnxWeights {
  private static final int DIMENSIONS = 1;
  private static final int DATA_TYPE = 2;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int LONGEST_SHOWN = 200;

  /** Bits of an element by the number of its type in onnx.proto; 0 for none and for strings. */
  private static final int[] BITS = {
    0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8, 8, 4, 4, 4
  };

  /** What a tensor says about itself. */
  private static final class Described {
    private String name = "";
    private long elements = 1;
    private int dataType;
    private boolean hasRawData;
    private boolean external;
    private boolean refers;
    private final Map<String, String> place = new HashMap<>();
  }

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
          Described described = describe(tensor);
          if (described.external || described.refers) {
            throw new IOException(
                "tensor %s lies in another file, %s, and nothing outside of this one is read"
                    .formatted(
                        shown(described.name),
                        shown(described.place.getOrDefault("location", "without a name"))));
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
              Described described = describe(tensor);
              if (!described.external && !described.refers) {
                return null;
              }
              if (described.external && described.hasRawData) {
                throw new IOException(
                    "tensor %s has values of its own and others in another file"
                        .formatted(shown(described.name)));
              }
              ProtoWriter inside = withoutReference(tensor);
              return described.external
                  ? inside.bytes(RAW_DATA, values(described, network, opened))
                  : inside;
            });
    return whole == null ? file : whole.whole();
  }

  private static Described describe(ByteBuffer tensor) throws IOException {
    Described described = new Described();
    ProtoReader fields = new ProtoReader(tensor);
    while (fields.next()) {
      switch (fields.number()) {
        case DIMENSIONS -> multiplyDimensions(described, fields);
        case DATA_TYPE -> described.dataType = (int) fields.value();
        case NAME -> described.name = fields.is(NAME, ProtoReader.BYTES) ? fields.text() : "";
        case RAW_DATA -> described.hasRawData = true;
        case EXTERNAL_DATA -> {
          described.refers = true;
          if (fields.is(EXTERNAL_DATA, ProtoReader.BYTES)) {
            addEntry(described.place, fields.content());
          }
        }
        case DATA_LOCATION ->
            described.external |=
                fields.value() != 0 || !fields.is(DATA_LOCATION, ProtoReader.VARINT);
        default -> {}
      }
    }
    return described;
  }

  /** Dimensions are written one by one, or packed into one field. */
  private static void multiplyDimensions(Described described, ProtoReader fields)
      throws IOException {
    if (fields.is(DIMENSIONS, ProtoReader.VARINT)) {
      multiply(described, fields.value());
    } else if (fields.is(DIMENSIONS, ProtoReader.BYTES)) {
      ProtoReader packed = new ProtoReader(fields.content());
      while (packed.hasPacked()) {
        multiply(described, packed.nextPacked());
      }
    }
  }

  private static void multiply(Described described, long dimension) throws IOException {
    try {
      described.elements = Math.multiplyExact(described.elements, dimension);
    } catch (ArithmeticException e) {
      throw new IOException("the dimensions of a tensor are too large", e);
    }
  }

  /** Adds a StringStringEntryProto: key 1, value 2. */
  private static void addEntry(Map<String, String> place, ByteBuffer entry) throws IOException {
    String key = "";
    String value = "";
    ProtoReader fields = new ProtoReader(entry);
    while (fields.next()) {
      if (fields.is(1, ProtoReader.BYTES)) {
        key = fields.text();
      } else if (fields.is(2, ProtoReader.BYTES)) {
        value = fields.text();
      }
    }
    place.put(key, value);
  }

  private static ProtoWriter withoutReference(ByteBuffer tensor) throws IOException {
    ProtoWriter kept = new ProtoWriter();
    ProtoReader fields = new ProtoReader(tensor);
    while (fields.next()) {
      if (fields.number() != EXTERNAL_DATA && fields.number() != DATA_LOCATION) {
        int from = tensor.position() + fields.start();
        kept.encoded(tensor.slice(from, fields.end() - fields.start()));
      }
    }
    return kept;
  }

  private static ByteBuffer values(Described tensor, Path network, Map<Path, ByteBuffer> opened)
      throws IOException {
    String location = tensor.place.getOrDefault("location", "");
    Path file = beside(network, location, tensor.name);
    ByteBuffer data = opened.get(file);
    if (data == null) {
      data = map(file);
      opened.put(file, data);
    }
    long offset = number(tensor, "offset", 0);
    long length = number(tensor, "length", data.remaining() - offset);
    if (offset < 0 || length < 0 || offset > data.remaining() - length) {
      throw new IOException(
          "its weights file %s is too short: tensor %s takes %s bytes from byte %s of %s"
              .formatted(file, shown(tensor.name), length, offset, data.remaining()));
    }
    int bits = tensor.dataType > 0 && tensor.dataType < BITS.length ? BITS[tensor.dataType] : 0;
    if (bits > 0 && tensor.elements <= Integer.MAX_VALUE) {
      long wanted = (tensor.elements * bits + 7) / 8;
      if (wanted != length) {
        throw new IOException(
            "tensor %s takes %s bytes, and %s has %s for it"
                .formatted(shown(tensor.name), wanted, file, length));
      }
    }
    return data.slice((int) offset, (int) length);
  }

  private static Path beside(Path network, String location, String tensor) throws IOException {
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
              .formatted(shown(tensor), shown(location)),
          e);
    }
    throw new IOException(
        "tensor %s lies in %s, and only files beside the network or below are read"
            .formatted(shown(tensor), location.isEmpty() ? "no named file" : shown(location)));
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

  private static long number(Described tensor, String key, long otherwise) throws IOException {
    String text = tensor.place.get(key);
    try {
      return text == null ? otherwise : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(
          "tensor %s: its %s, %s, is no number".formatted(shown(tensor.name), key, shown(text)), e);
    }
  }

  /** A text of the file, fit for a line of a message. */
  private static String shown(String text) {
    String line = OneLine.of(text);
    return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "…" : line;
  }
}
