package dev.flowline.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/** The blocks of a GIF file (GIF89a), up to its end. */
final class GifHeader {
  private GifHeader() {}

  /**
   * Reads the blocks.
   *
   * @throws IOException if the file ends early, holds no picture or is too large
   */
  static ImageHeader read(byte[] file) throws IOException {
    Set<ImageNote> notes = EnumSet.noneOf(ImageNote.class);
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int frames = 0;
    try {
      int at = 13 + table(file[10]);
      while (file[at] != 0x3B) {
        int kind = file[at];
        if (kind == 0x21) { // an extension
          boolean clear = file[at + 1] == (byte) 0xF9 && (file[at + 3] & 1) != 0 && frames == 0;
          if (clear) {
            notes.add(ImageNote.TRANSPARENCY);
          }
          at += 2;
        } else if (kind == 0x2C) { // a picture
          frames++;
          at += 10 + table(file[at + 9]) + 1;
        } else {
          throw new IOException("corrupt GIF: no block at byte " + at);
        }
        while (file[at] != 0) { // blocks of data
          at += 1 + (file[at] & 0xFF);
        }
        at++;
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("truncated GIF: it has no end", e);
    }
    if (frames == 0) {
      throw new IOException("corrupt GIF: it holds no picture");
    }
    if (frames > 1) {
      notes.add(ImageNote.FURTHER_PICTURES);
    }
    if (file[12] != 0 && Math.abs((file[12] & 0xFF) - 49) > 0) { // (n + 15) / 64
      notes.add(ImageNote.PIXEL_ASPECT);
    }
    return ImageHeader.of(bytes.getShort(6) & 0xFFFF, bytes.getShort(8) & 0xFFFF, 4, 8, notes);
  }

  private static int table(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }
}
