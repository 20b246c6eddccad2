package dev.flowline.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The SHA-256 digest of what a file says, which an altered or damaged one does not have. */
public final class ContentDigest {
  /** The metadata's entry that holds it. */
  public static final String KEY = "flowline.sha256";

  private static final int PIECE = 1 << 16;

  private ContentDigest() {}

  /**
   * The digest of a text and of tensors with their names, types and shapes; their order does not
   * matter.
   */
  public static String of(String text, Map<String, StoredTensor> tensors) {
    MessageDigest sha = sha256();
    sha.update(text.getBytes(StandardCharsets.UTF_8));
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              sha.update((name + " " + tensor + "\n").getBytes(StandardCharsets.UTF_8));
              sha.update(tensor.bytes());
            });
    return HexFormat.of().formatHex(sha.digest());
  }

  /** The digest of all bytes that remain; the buffer stays as it is. */
  public static String of(ByteBuffer content) {
    MessageDigest sha = sha256();
    sha.update(content.duplicate());
    return HexFormat.of().formatHex(sha.digest());
  }

  /**
   * The digest of a file's bytes: a copy has the same.
   *
   * @throws IOException naming the file, if it is no regular file or cannot be read
   */
  public static String of(Path file) throws IOException {
    ImageFormat.requireRegular(file); // a pipe or device may never end
    MessageDigest sha = sha256();
    try (InputStream content = Files.newInputStream(file)) {
      byte[] piece = new byte[PIECE];
      for (int read = content.read(piece); read >= 0; read = content.read(piece)) {
        sha.update(piece, 0, read);
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + FileFault.of(e), e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
