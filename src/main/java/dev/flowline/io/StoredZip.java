package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The entries of a zip archive that is not compressed, as PyTorch writes it, mapped in place: what
 * java.util.zip would copy through the heap. Zip64 included. (APPNOTE.TXT, PKWARE.)
 */
final class StoredZip {
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_LOCATOR = 0x07064b50;
  private static final int ENTRY = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int END_SIZE = 22;
  private static final int LOCATOR_SIZE = 20;
  private static final int LONGEST_TAIL = END_SIZE + 0xffff + LOCATOR_SIZE;
  private static final long IN_ZIP64 = 0xffffffffL;

  private StoredZip() {}

  /** Contents by name, little-endian, in the order of the archive. */
  static Map<String, ByteBuffer> entries(FileChannel channel) throws IOException {
    ByteBuffer directory = directory(channel);
    Map<String, ByteBuffer> entries = new LinkedHashMap<>();
    while (directory.remaining() >= 46 && directory.getInt(directory.position()) == ENTRY) {
      int at = directory.position();
      int nameLength = directory.getShort(at + 28) & 0xffff;
      int extraLength = directory.getShort(at + 30) & 0xffff;
      int commentLength = directory.getShort(at + 32) & 0xffff;
      byte[] name = new byte[nameLength];
      directory.get(at + 46, name);
      long[] place = { // uncompressed and compressed size, offset
        directory.getInt(at + 24) & IN_ZIP64,
        directory.getInt(at + 20) & IN_ZIP64,
        directory.getInt(at + 42) & IN_ZIP64
      };
      readZip64(directory.slice(at + 46 + nameLength, extraLength), place);
      String entry = new String(name, StandardCharsets.UTF_8);
      if (directory.getShort(at + 10) != 0) {
        throw new IOException("entry " + entry + " is compressed; torch.save does not do that");
      }
      entries.put(entry, content(channel, entry, place[2], place[1]));
      directory.position(at + 46 + nameLength + extraLength + commentLength);
    }
    return entries;
  }

  private static ByteBuffer content(FileChannel channel, String entry, long offset, long size)
      throws IOException {
    ByteBuffer local = read(channel, offset, 30);
    if (local.getInt(0) != LOCAL) {
      throw new IOException("entry " + entry + " is not where the directory says");
    }
    long start = offset + 30 + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
    if (size < 0 || start + size > channel.size()) {
      throw new IOException("truncated: entry " + entry + " ends beyond the file");
    }
    ByteBuffer content =
        size == 0
            ? ByteBuffer.allocate(0)
            : channel.map(FileChannel.MapMode.READ_ONLY, start, size);
    return content.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer directory(FileChannel channel) throws IOException {
    long size = channel.size();
    int tailSize = (int) Math.min(size, LONGEST_TAIL);
    ByteBuffer tail = read(channel, size - tailSize, tailSize);
    int end = tailSize - END_SIZE;
    while (end >= 0 && tail.getInt(end) != END) {
      end--;
    }
    if (end < 0) {
      throw new IOException("truncated: the archive has no directory");
    }
    long length = tail.getInt(end + 12) & IN_ZIP64;
    long offset = tail.getInt(end + 16) & IN_ZIP64;
    int locator = end - LOCATOR_SIZE;
    if (locator >= 0 && tail.getInt(locator) == END_64_LOCATOR) {
      ByteBuffer end64 = read(channel, tail.getLong(locator + 8), 56);
      if (end64.getInt(0) != END_64) {
        throw new IOException("the archive's directory is damaged");
      }
      length = end64.getLong(40);
      offset = end64.getLong(48);
    }
    return read(channel, offset, Math.toIntExact(length));
  }

  /** Extra field 1: eight bytes for each number that did not fit, in the order of {@code place}. */
  private static void readZip64(ByteBuffer extra, long[] place) {
    extra.order(ByteOrder.LITTLE_ENDIAN);
    while (extra.remaining() >= 4) {
      int id = extra.getShort();
      int next = extra.position() + 2 + (extra.getShort(extra.position()) & 0xffff);
      extra.getShort();
      for (int i = 0; id == 1 && i < place.length; i++) {
        if (place[i] == IN_ZIP64) {
          place[i] = extra.getLong();
        }
      }
      extra.position(next);
    }
  }

  private static ByteBuffer read(FileChannel channel, long offset, int length) throws IOException {
    if (offset < 0 || length < 0 || offset + length > channel.size()) {
      throw new IOException("truncated: " + length + " bytes at " + offset + " are not there");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new IOException("truncated");
      }
    }
    return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
  }
}
