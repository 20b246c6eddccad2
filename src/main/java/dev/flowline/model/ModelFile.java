package dev.flowline.model;

import dev.flowline.io.ContentDigest;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import dev.flowline.nn.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The content of a {@code .flowline} file: safetensors whose metadata holds the format's version,
 * the model's configuration as JSON and a SHA-256 digest of configuration and tensors.
 *
 * @param config what the model is
 * @param tensors all its parameters by name, and those of kept folds
 * @param golden the model's answers about golden images as they were noted, for the room that
 *     judges them; null if none were. The digest does not depend on them
 * @param digest of configuration and tensors, 64 hexadecimal digits; see {@link ContentDigest}
 */
public record ModelFile(
    ModelConfig config, Map<String, StoredTensor> tensors, String golden, String digest) {
  private static final int FORMAT = 6;

  /**
   * The format before relative region laws, zones, mixes, folds and guard bands; otherwise it is
   * the present one. Older programs must refuse what has one: they would decide otherwise.
   */
  private static final String FORMAT_WITHOUT_RELATIVE_LAWS = "5";

  /** The format before fields of view and smallest regions; otherwise it is the next one. */
  private static final String FORMAT_WITHOUT_VIEWS = "4";

  /** The format before {@link Provenance}; otherwise it is the next one. */
  private static final String FORMAT_WITHOUT_PROVENANCE = "3";

  /** The format before region laws and histories; otherwise it is the next one. */
  private static final String FORMAT_WITHOUT_LAWS = "2";

  /**
   * The format that had the settings of u-flow, the only kind of model, in the configuration
   * itself.
   */
  private static final String FORMAT_OF_U_FLOW = "1";

  private static final String FORMAT_KEY = "flowline.format";
  private static final String CONFIG_KEY = "flowline.config";
  private static final String GOLDEN_KEY = "flowline.golden";

  /**
   * Reads a model file, without loading LibTorch. The tensors are read to the Java heap.
   *
   * @throws IOException naming the file, if it is no model file, of a newer format, truncated or
   *     altered
   */
  public static ModelFile read(Path file) throws IOException {
    Safetensors stored = safetensors(file);
    String format = stored.metadata().get(FORMAT_KEY);
    if (format == null) {
      throw new IOException(file + " is a safetensors file, but no model of Flowline's");
    }
    boolean ofUFlow = format.equals(FORMAT_OF_U_FLOW);
    boolean known =
        List.of(
                FORMAT_OF_U_FLOW,
                FORMAT_WITHOUT_LAWS,
                FORMAT_WITHOUT_PROVENANCE,
                FORMAT_WITHOUT_VIEWS,
                FORMAT_WITHOUT_RELATIVE_LAWS,
                Integer.toString(FORMAT))
            .contains(format);
    if (!known) {
      throw new IOException(
          file
              + " has model format "
              + format
              + ", this version reads up to "
              + FORMAT
              + ": update Flowline");
    }
    String config = stored.metadata().getOrDefault(CONFIG_KEY, "");
    String digest = ContentDigest.of(config, stored.tensors());
    if (!digest.equals(stored.metadata().get(ContentDigest.KEY))) {
      throw new IOException(
          file + " was altered or damaged: its content does not match its digest");
    }
    try {
      return new ModelFile(
          ConfigJson.read(config, ofUFlow),
          stored.tensors(),
          stored.metadata().get(GOLDEN_KEY),
          digest);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file + " has a configuration that cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Returns what an inspection with this model takes, from the configuration alone.
   *
   * @param file that was read, for messages
   * @throws IOException naming the file, if its tensors are not those of the configuration
   */
  public Cost cost(Path file) throws IOException {
    return consistent(
        file,
        () -> {
          Collection<ParameterSpec> wanted = NetworkWalk.of(config, new CostOps()).parameters();
          Parameters.requireFit(wanted, FoldTensors.ofFinal(config, tensors));
          FoldTensors.byFold(config, tensors).forEach(own -> Parameters.requireOwn(wanted, own));
          return Cost.of(config);
        });
  }

  /**
   * Returns what is made of a file's content.
   *
   * @throws IOException naming the file, if configuration and tensors do not fit together
   */
  static <T> T consistent(Path file, Supplier<T> made) throws IOException {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no consistent model: " + e.getMessage(), e);
    } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
      throw new IOException(file + " is no consistent model: " + e, e); // sizes that overflow
    }
  }

  private static Safetensors safetensors(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      String reason = Files.exists(file) ? ": a folder or the like" : ": no such file";
      throw new IOException("cannot read model " + file + reason);
    }
    try {
      return Safetensors.read(file);
    } catch (IOException e) {
      throw new IOException("no model of Flowline's, or a damaged one: " + e.getMessage(), e);
    }
  }

  /**
   * Writes a model file beside its destination and renames it. No path of this machine is in it.
   *
   * @param golden null if no answers are noted
   * @return its digest
   * @throws IOException naming the file, if it cannot be written
   */
  static String write(
      Path file, ModelConfig config, Map<String, StoredTensor> tensors, String golden)
      throws IOException {
    String text = ConfigJson.write(config.withoutPaths());
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT_KEY, formatOf(config));
    metadata.put(CONFIG_KEY, text);
    String digest = ContentDigest.of(text, tensors);
    metadata.put(ContentDigest.KEY, digest);
    if (golden != null) {
      metadata.put(GOLDEN_KEY, golden);
    }
    new Safetensors(metadata, tensors).write(file);
    return digest;
  }

  /**
   * Returns the oldest format that has all of a configuration, so that older programs read what
   * they can. They must refuse the rest: they would decide otherwise than this program.
   */
  private static String formatOf(ModelConfig config) {
    if (config.hasRelativeLaw()
        || config.hasZonesMixOrFolds()
        || config.hasGuardBand()
        || config.isAugmented()) {
      return Integer.toString(FORMAT);
    }
    return config.hasView() ? FORMAT_WITHOUT_RELATIVE_LAWS : FORMAT_WITHOUT_VIEWS;
  }
}
