package dev.flowline;

import dev.flowline.io.ContentDigest;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Model files that somebody altered and then gave the digest of what is in them now: the digest
 * finds damage, but anybody can compute it.
 */
public final class ResignedModel {
  private static final String CONFIG = "flowline.config";

  private ResignedModel() {}

  /** The configuration in a model file, as it stands there. */
  public static String config(Path model) throws IOException {
    return Safetensors.read(model).metadata().get(CONFIG);
  }

  /** Writes a copy of a model with another configuration. */
  public static void write(Path copy, Path model, String config) throws IOException {
    Safetensors stored = Safetensors.read(model);
    write(copy, stored, config, stored.tensors());
  }

  /** Writes a copy of a model with another configuration and other tensors. */
  public static void write(
      Path copy, Safetensors model, String config, Map<String, StoredTensor> tensors)
      throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
    metadata.put(CONFIG, config);
    metadata.put(ContentDigest.KEY, ContentDigest.of(config, tensors));
    new Safetensors(metadata, tensors).write(copy);
  }
}
