package dev.flowline;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a message of protocol buffers, field by field. */
public final class ProtoMessage {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public ProtoMessage number(int field, long value) {
    variable((long) field << 3);
    variable(value);
    return this;
  }

  public ProtoMessage text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public ProtoMessage message(int field, ProtoMessage value) {
    return bytes(field, value.bytes());
  }

  public ProtoMessage bytes(int field, byte[] value) {
    variable((long) field << 3 | 2);
    variable(value.length);
    bytes.writeBytes(value);
    return this;
  }

  /** The message so far. */
  public byte[] bytes() {
    return bytes.toByteArray();
  }

  private void variable(long value) {
    for (long rest = value; ; rest >>>= 7) {
      bytes.write((int) (rest < 128 && rest >= 0 ? rest : rest & 127 | 128));
      if (rest < 128 && rest >= 0) {
        return;
      }
    }
  }
}
