package dev.flowline.fuzz;

import dev.flowline.ResignedModel;
import dev.flowline.TinyLine;
import dev.flowline.flow.SoftClamp;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.io.TorchFile;
import dev.flowline.model.AnomalyModel;
import dev.flowline.model.CFlow;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.ModelKind;
import dev.flowline.model.Padim;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The inputs that mutations of a reader start from: good files made by code, and what fuzzing found
 * earlier, one input a line in hexadecimal in {@code READER.hex}.
 */
final class Seeds {
  /** Made when it is first asked for: it takes LibTorch, which most readers do without. */
  private static final class SmallModel {
    static final Path FILE = model(TinyLine.config(32, 32, 7));
  }

  private Seeds() {}

  static List<byte[]> of(Reader reader) throws IOException {
    List<byte[]> seeds = new ArrayList<>(good(reader));
    String name = reader.name().toLowerCase(Locale.ROOT) + ".hex";
    try (InputStream found = Seeds.class.getResourceAsStream(name)) {
      if (found != null) {
        new String(found.readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .forEach(line -> seeds.add(HexFormat.of().parseHex(line)));
      }
    }
    return seeds;
  }

  /** Writes the seeds of a reader into a folder: READER FOLDER. */
  public static void main(String[] arguments) throws IOException {
    int at = 0;
    for (byte[] seed : of(Reader.valueOf(arguments[0]))) {
      Files.write(Path.of(arguments[1], "seed-" + at++), seed);
    }
  }

  /** Files that are read. */
  static List<byte[]> good(Reader reader) throws IOException {
    return switch (reader) {
      case SAFETENSORS -> List.of(safetensors());
      case WEIGHTS -> List.of(safetensors(), weights(false), weights(true));
      case NPY -> List.of(npy("|b1"), npy("<i4"), npy("|u1"));
      case MODEL -> configurations();
      case IMAGE -> images();
    };
  }

  /** A small model's file. */
  static Path model() {
    return SmallModel.FILE;
  }

  private static Path model(ModelConfig config) {
    try {
      Path file = Files.createTempFile("flowline-fuzz", ".flowline");
      file.toFile().deleteOnExit();
      try (AnomalyModel model = AnomalyModel.create(config, TinyLine.drawnExtractor(config))) {
        model.save(file);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<byte[]> configurations() throws IOException {
    List<byte[]> texts = new ArrayList<>();
    for (ModelConfig config :
        List.of(
            TinyLine.config(32, 32, 7),
            TinyLine.config(ModelKind.CFLOW, new CFlow(2, 8, SoftClamp.TANH, 0), 32, 32, 7),
            TinyLine.config(ModelKind.PADIM, new Padim(4, 0.01, 4), 32, 32, 7))) {
      texts.add(ResignedModel.config(model(config)).getBytes(StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static byte[] safetensors() throws IOException {
    Path file = Files.createTempFile("flowline-fuzz", ".safetensors");
    Map<String, StoredTensor> tensors =
        Map.of(
            "a", StoredTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
            "b", StoredTensor.of(new long[] {7, 8}, 2));
    new Safetensors(Map.of("format", "pt"), tensors).write(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  private static byte[] weights(boolean legacy) throws IOException {
    TorchFile file = new TorchFile(legacy).global("collections", "OrderedDict").op(')', 'R', '(');
    float[] six = {1, 2, 3, 4, 5, 6};
    file.text("whole").tensor("0", six, 0, new long[] {2, 3}, new long[] {3, 1});
    file.text("turned").tensor("0", six, 0, new long[] {3, 2}, new long[] {1, 3});
    return file.text("epoch").integer(3).op('u').bytes();
  }

  private static byte[] npy(String type) {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (2, 3, 4), }\n".formatted(type);
    int itemBytes = type.charAt(2) - '0';
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + header.length() + 24 * itemBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
    bytes.put(bytes.position() + 5, (byte) 1);
    return bytes.array();
  }

  private static List<byte[]> images() throws IOException {
    List<byte[]> files = new ArrayList<>();
    Image colour = TinyLine.good(1, 12, 9);
    byte[] grey = new byte[12 * 9];
    short[] deep = new short[12 * 9];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) (7 * i);
      deep[i] = (short) (601 * i);
    }
    for (String extension : List.of(".png", ".bmp", ".tif", ".jpg")) {
      files.add(Images.encode(extension, colour));
      files.add(Images.encode(extension, Image.of8(12, 9, 1, grey)));
    }
    for (String extension : List.of(".png", ".tif")) {
      files.add(Images.encode(extension, Image.of16(12, 9, 1, deep)));
    }
    return files;
  }
}
