package dev.flowline.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that a training needs to go on where it was: one safetensors file.
 *
 * @param progress how far it is
 * @param weights the trainable parameters by name
 * @param best those of the epoch with the best validation NLL; empty where there is no validation
 * @param optimizer Adam's moments, see {@link OptimizerState}
 */
record Checkpoint(
    Progress progress,
    Map<String, StoredTensor> weights,
    Map<String, StoredTensor> best,
    StoredTensor optimizer) {
  private static final String PROGRESS = "flowline.training";
  private static final String WEIGHTS = "weights.";
  private static final String BEST = "best.";
  private static final String OPTIMIZER = "optimizer";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param run digest of everything that the result depends on: a checkpoint resumes only its own
   *     run
   * @param epoch finished, counted from 1
   * @param bestEpoch 0 while there is none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Progress(String run, int epoch, int bestEpoch, Double bestNll) {}

  static Checkpoint read(Path file) throws IOException {
    Safetensors stored = Safetensors.read(file);
    String progress = stored.metadata().get(PROGRESS);
    if (progress == null) {
      throw new IOException(file + " is no checkpoint of a training");
    }
    return new Checkpoint(
        JSON.readValue(progress, Progress.class),
        under(stored, WEIGHTS),
        under(stored, BEST),
        stored.tensor(OPTIMIZER));
  }

  void write(Path file) throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> tensors.put(WEIGHTS + name, tensor));
    best.forEach((name, tensor) -> tensors.put(BEST + name, tensor));
    tensors.put(OPTIMIZER, optimizer);
    new Safetensors(Map.of(PROGRESS, JSON.writeValueAsString(progress)), tensors).write(file);
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
