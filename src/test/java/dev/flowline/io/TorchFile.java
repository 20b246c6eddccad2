package dev.flowline.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes files as {@code torch.save} does, opcode by opcode. */
public final class TorchFile {
  final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final Map<String, byte[]> storages = new LinkedHashMap<>();
  private final boolean legacy;

  public TorchFile(boolean legacy) {
    this.legacy = legacy;
    op(0x80, 2);
  }

  public TorchFile op(int... bytes) {
    for (int b : bytes) {
      pickle.write(b);
    }
    return this;
  }

  public TorchFile text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    op('X').raw(int32(bytes.length)).raw(bytes);
    return this;
  }

  public TorchFile integer(long value) {
    return op('J').raw(int32((int) value));
  }

  public TorchFile global(String module, String name) {
    return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  public TorchFile tuple(long... values) {
    op('(');
    for (long value : values) {
      integer(value);
    }
    return op('t');
  }

  /** A tensor as a view of a float32 storage. */
  public TorchFile tensor(String storage, float[] values, long offset, long[] size, long[] stride) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    storages.put(storage, bytes.array());
    global("torch._utils", "_rebuild_tensor_v2").op('(', '(').text("storage");
    global("torch", "FloatStorage").text(storage).text("cpu").integer(values.length);
    if (legacy) {
      op('N');
    }
    op('t', 'Q').integer(offset).tuple(size).tuple(stride);
    op(0x89).global("collections", "OrderedDict").op(')', 'R');
    return op('t', 'R');
  }

  public byte[] bytes() throws IOException {
    op('.');
    return legacy ? legacyBytes() : zipBytes();
  }

  private byte[] zipBytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "archive/data.pkl", pickle.toByteArray());
      for (var storage : storages.entrySet()) {
        entry(zip, "archive/data/" + storage.getKey(), storage.getValue());
      }
      entry(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private byte[] legacyBytes() {
    TorchFile file = new TorchFile(true);
    file.op(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.');
    file.op(0x80, 2, 'M', 0xe9, 0x03, '.');
    file.op(0x80, 2, '}', '(').text("little_endian").op(0x88, 'u', '.');
    file.raw(pickle.toByteArray());
    file.op(0x80, 2, ']', '(');
    storages.keySet().forEach(file::text);
    file.op('e', '.');
    for (byte[] storage : storages.values()) {
      ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      file.raw(count.putLong(storage.length / 4).array()).raw(storage);
    }
    return file.pickle.toByteArray();
  }

  private TorchFile raw(byte[] bytes) {
    pickle.writeBytes(bytes);
    return this;
  }

  private static byte[] int32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
