package dev.flowline.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a training needs to go on where it stopped: one safetensors file with a digest of its
 * content.
 *
 * @param header how far it is
 * @param weights the trainable parameters by name
 * @param best those of the epoch with the best validation NLL; empty where there is no validation
 * @param optimizer Adam's moments, see {@link OptimizerState}
 */
record Checkpoint(
    Header header,
    Map<String, StoredTensor> weights,
    Map<String, StoredTensor> best,
    StoredTensor optimizer) {
  private static final String PROGRESS = "flowline.training";
  private static final String WEIGHTS = "weights.";
  private static final String BEST = "best.";
  private static final String OPTIMIZER = "optimizer";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * How far a training is.
   *
   * @param run digest of everything that the result depends on: a checkpoint resumes only its own
   *     run
   * @param epoch finished, counted from 1
   * @param bestEpoch 0 while there is none
   * @param startedAt when the training began, ISO 8601, UTC; null in older checkpoints
   * @param heldOutNll of a fold's training: the NLL of the fold after each epoch; null otherwise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Header(
      String run,
      int epoch,
      int bestEpoch,
      Double bestNll,
      String startedAt,
      List<Double> heldOutNll) {
    Header(String run, int epoch, int bestEpoch, Double bestNll) {
      this(run, epoch, bestEpoch, bestNll, null, null);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws IOException naming the file, if it is no checkpoint, truncated or altered
   */
  static Checkpoint read(Path file) throws IOException {
    Safetensors stored = Safetensors.read(file);
    String text = stored.metadata().get(PROGRESS);
    if (text == null) {
      throw new IOException(file + " is no checkpoint of a training");
    }
    String digest = ContentDigest.of(text, stored.tensors());
    if (!digest.equals(stored.metadata().get(ContentDigest.KEY))) {
      throw new IOException(
          file + " was altered or damaged: its content does not match its digest");
    }
    Header header = header(file, text);
    StoredTensor optimizer = stored.tensors().get(OPTIMIZER);
    if (header == null || optimizer == null) {
      throw new IOException(file + " is no whole checkpoint: its header or optimizer is missing");
    }
    return new Checkpoint(header, under(stored, WEIGHTS), under(stored, BEST), optimizer);
  }

  private static Header header(Path file, String text) throws IOException {
    try {
      return JSON.readValue(text, Header.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          file + " has a header that cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns the same with the time at which the training began. */
  Checkpoint startedAt(Instant time) {
    Header started =
        new Header(
            header.run,
            header.epoch,
            header.bestEpoch,
            header.bestNll,
            time.toString(),
            header.heldOutNll);
    return new Checkpoint(started, weights, best, optimizer);
  }

  void write(Path file) throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> tensors.put(WEIGHTS + name, tensor));
    best.forEach((name, tensor) -> tensors.put(BEST + name, tensor));
    tensors.put(OPTIMIZER, optimizer);
    String text = JSON.writeValueAsString(header);
    String digest = ContentDigest.of(text, tensors);
    new Safetensors(Map.of(PROGRESS, text, ContentDigest.KEY, digest), tensors).write(file);
  }

  private static Map<String, StoredTensor> under(Safetensors stored, String prefix) {
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    stored
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), tensor);
              }
            });
    return found;
  }
}
