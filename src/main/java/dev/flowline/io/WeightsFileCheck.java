package dev.flowline.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Says what a file is that was given as weights and is none, and what to do about it: what
 * downloads leave behind, archives, and files of other tools.
 */
final class WeightsFileCheck {
  private static final int START = 512;
  private static final String AGAIN = "download the file again";

  private WeightsFileCheck() {}

  /**
   * Refuses a file that holds no named tensors in a format that is read.
   *
   * @throws IOException naming the file, what it is and the way out
   */
  static void require(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw refused(file, "a folder", "name the file of weights in it");
    }
    byte[] start = start(file);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    String lower = text.strip().replaceFirst("^\u00ef\u00bb\u00bf", "").toLowerCase(Locale.ROOT);
    if (start.length == 0) {
      throw refused(file, "empty", AGAIN);
    }
    if (text.startsWith("version https://git-lfs.github.com/")) {
      throw refused(file, "a pointer of Git LFS, and not the file itself", "run 'git lfs pull'");
    }
    if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      throw refused(
          file,
          "a web page",
          "download the file that the page offers, on GitHub and Hugging Face by its 'raw' or 'download' link");
    }
    if (lower.startsWith("<?xml") || lower.startsWith("<error")) {
      throw refused(file, "an XML text, such as a server's answer that it has no such file", AGAIN);
    }
    if (lower.startsWith("{")) {
      throw refused(
          file, "a JSON text, such as an index of files or a server's answer", "name the weights");
    }
    if (text.startsWith("\u001f\u008b")
        || text.startsWith("BZh")
        || text.startsWith("\u00fd7zXZ")) {
      throw refused(file, "compressed", "unpack it");
    }
    if (text.startsWith("\u0089HDF")) {
      throw refused(
          file, "an HDF5 file, as Keras writes it", "convert it to safetensors with its own tools");
    }
    if (text.startsWith("\u0093NUMPY")) {
      throw refused(file, "a NumPy array", "save all arrays by name as safetensors");
    }
    if (text.startsWith("GGUF")) {
      throw refused(file, "a GGUF file", "take the model's safetensors or .pth file");
    }
    if (text.startsWith("PK")) {
      requireTorchArchive(file);
    }
  }

  private static void requireTorchArchive(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> names = zip.stream().limit(10_000).map(entry -> entry.getName()).toList();
      if (names.stream().anyMatch(name -> name.matches("([^/]+/)?constants\\.pkl"))) {
        throw refused(
            file,
            "a TorchScript program",
            "in Python save its weights, torch.save(torch.jit.load(FILE).state_dict(), OTHER), or use it as it is with --extractor file:FILE");
      }
      if (names.stream().anyMatch(name -> name.matches("([^/]+/)?data\\.pkl"))) {
        return;
      }
      String inside =
          names.stream()
              .filter(name -> name.matches("(?i).*\\.(pth|pt|pyth|bin|tar|safetensors)"))
              .findFirst()
              .orElse(names.isEmpty() ? "nothing" : names.get(0));
      throw refused(
          file,
          "a zip archive of other things (%s and %s more)"
              .formatted(OneLine.of(inside), Math.max(0, names.size() - 1)),
          "unpack it if the weights are in it");
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw refused(file, "a truncated or damaged archive", AGAIN, e);
    }
  }

  private static byte[] start(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer start = ByteBuffer.allocate(START);
      while (start.hasRemaining() && channel.read(start) >= 0) {}
      byte[] bytes = new byte[start.flip().remaining()];
      start.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + FileFault.of(e), e);
    }
  }

  private static IOException refused(Path file, String what, String wayOut) {
    return refused(file, what, wayOut, null);
  }

  private static IOException refused(Path file, String what, String wayOut, Exception cause) {
    return new IOException(file + " holds no weights: it is " + what + "; " + wayOut, cause);
  }
}
