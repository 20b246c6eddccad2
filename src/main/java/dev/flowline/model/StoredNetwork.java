package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.extractor.FileNetwork;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.OneLine;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.NetworkFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The network of somebody's own that a model file holds.
 *
 * @param file the name of the file that it came from
 * @param bytes its length
 * @param sha256 its digest, of the bytes that the model file holds
 * @param outputs names of the inner tensors that are the features; empty for what it returns
 */
public record StoredNetwork(
    NetworkFormat format,
    String file,
    long bytes,
    String sha256,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> outputs) {

  /**
   * Finds the network in the content of a model file; empty if the extractor is one of Flowline's.
   * Nothing of it is opened.
   */
  public static Optional<StoredNetwork> of(ModelConfig config, Map<String, StoredTensor> tensors) {
    StoredTensor stored = tensors.get(FileNetwork.PARAMETER);
    FileNetwork.Settings settings = config.extractor().network();
    if (stored == null || settings == null) {
      return Optional.empty();
    }
    ByteBuffer content = stored.bytes();
    return Optional.of(
        new StoredNetwork(
            NetworkFormat.of(content),
            settings.file(),
            content.remaining(),
            ContentDigest.of(content),
            settings.outputs()));
  }

  /**
   * Finds the network in a model file; empty if the extractor is one of Flowline's. Nothing of it
   * is opened.
   *
   * @throws IOException naming the file, if it is no model file, truncated or altered
   */
  public static Optional<StoredNetwork> read(Path file) throws IOException {
    ModelFile stored = ModelFile.read(file);
    return of(stored.config(), stored.tensors());
  }

  /** Returns whether it is a program, which can do what its user can do. */
  public boolean program() {
    return format == NetworkFormat.TORCHSCRIPT;
  }

  /** Returns what it is, and what it means to use it, in one line. */
  public String inWords() {
    return String.format(
        Locale.ROOT,
        "%s (%s, %,d bytes, SHA-256 %s)",
        format.words(),
        OneLine.of(file),
        bytes,
        sha256);
  }
}
