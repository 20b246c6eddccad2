package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The directory of a zip archive that is not compressed, as PyTorch writes it; its entries are read
 * one by one. Zip64 included. (APPNOTE.TXT, PKWARE.)
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

  /** The place where an entry's header lies, and how many bytes follow that. */
  private record Entry(long offset, long size) {}

  private final FileBytes file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Reads the directory. */
  StoredZip(FileBytes file) throws IOException {
    this.file = file;
    ByteBuffer directory = directory(file);
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
        throw new IOException(
            "entry %s is compressed; torch.save does not do that"
                .formatted(ReadBudget.quoted(entry)));
      }
      entries.put(entry, new Entry(place[2], place[1]));
      ReadBudget.requireTensors(entries.size());
      directory.position(at + 46 + nameLength + extraLength + commentLength);
    }
  }

  /** The names of all entries, in the order of the archive. */
  Iterable<String> names() {
    return entries.keySet();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** The number of bytes of an entry that is there. */
  long size(String name) {
    return entries.get(name).size;
  }

  /**
   * Reads an entry, little-endian.
   *
   * @throws IOException if there is none of that name, or it is not where the directory says
   */
  ByteBuffer read(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IOException("the archive holds no %s".formatted(ReadBudget.quoted(name)));
    }
    ByteBuffer local = file.read(entry.offset, 30);
    if (local.getInt(0) != LOCAL) {
      throw new IOException(
          "entry %s is not where the directory says".formatted(ReadBudget.quoted(name)));
    }
    long start = entry.offset + 30 + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
    if (!file.has(start, entry.size)) {
      throw new IOException(
          "truncated: entry %s ends beyond the file".formatted(ReadBudget.quoted(name)));
    }
    return file.read(start, entry.size);
  }

  private static ByteBuffer directory(FileBytes file) throws IOException {
    int tailSize = (int) Math.min(file.size(), LONGEST_TAIL);
    ByteBuffer tail = file.read(file.size() - tailSize, tailSize);
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
      ByteBuffer end64 = file.read(tail.getLong(locator + 8), 56);
      if (end64.getInt(0) != END_64) {
        throw new IOException("the archive's directory is damaged");
      }
      length = end64.getLong(40);
      offset = end64.getLong(48);
    }
    return file.read(offset, length);
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
}
