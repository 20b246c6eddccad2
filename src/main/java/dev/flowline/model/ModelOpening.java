package dev.flowline.model;

import dev.flowline.io.FiniteValues;
import dev.flowline.io.OneLine;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.CostOps;
import dev.flowline.nn.ParameterSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The opening of stored models, which may come from anybody: a program in them is refused unless it
 * is allowed, and weights must be numbers and fit the configuration.
 */
final class ModelOpening {
  private ModelOpening() {}

  /** See {@link AnomalyModel#open(Path, ProgramPolicy, Integer)}. */
  static AnomalyModel open(Path file, ProgramPolicy programs, Integer bits) throws IOException {
    ModelFile stored = ModelFile.read(file);
    Optional<StoredNetwork> network = StoredNetwork.of(stored.config(), stored.tensors());
    if (network.isPresent()) {
      programs.check(file, network.get());
    }
    ModelConfig config = bits == null ? stored.config() : withBits(stored.config(), bits);
    AnomalyModel model =
        ModelFile.consistent(
            file,
            () ->
                new AnomalyModel(
                    config,
                    stored.tensors(),
                    counting(stored.tensors()),
                    false,
                    stored.digest(),
                    network.orElse(null)));
    if (bits == null) {
      model.noted(stored.golden());
    }
    Optional<String> fault = faultOf(model, FoldTensors.ofFinal(config, stored.tensors()));
    List<Map<String, StoredTensor>> folds = FoldTensors.byFold(config, stored.tensors());
    for (int fold = 0; fold < folds.size() && fault.isEmpty(); fold++) {
      fault = faultOf(model.folds().get(fold), folds.get(fold));
    }
    if (fault.isPresent()) {
      model.close();
      throw new IOException(
          "%s has weights that are no numbers, %s: train the model again"
              .formatted(file, fault.get()));
    }
    return model;
  }

  /** See {@link AnomalyModel#restore(ModelConfig, Map, ProgramPolicy)}. */
  static AnomalyModel restored(
      ModelConfig config, Map<String, StoredTensor> stored, ProgramPolicy programs) {
    StoredNetwork network = StoredNetwork.of(config, stored).orElse(null);
    if (network != null && !programs.allows(network)) {
      throw new IllegalArgumentException(
          "the extractor is a TorchScript program (%s, SHA-256 %s), which would run with your rights: if you trust it, allow it with ProgramPolicy.RUN"
              .formatted(OneLine.of(network.file()), network.sha256()));
    }
    return new AnomalyModel(config, stored, counting(stored), false, null, null);
  }

  private static ModelConfig withBits(ModelConfig config, int bits) {
    return config.withPreprocessing(config.preprocessing().withBits(bits));
  }

  /** A network of many more parameters than a file has tensors is given up while it is counted. */
  private static CostOps counting(Map<String, StoredTensor> stored) {
    return new CostOps(2 * stored.size() + 1000); // a few missing ones are still listed by name
  }

  /** Describes the first weight that is no number; a statistic is infinite if nothing was seen. */
  private static Optional<String> faultOf(AnomalyModel model, Map<String, StoredTensor> stored) {
    for (ParameterSpec spec : model.parameters().own()) {
      StoredTensor tensor = stored.get(spec.name());
      boolean statistic = spec.init().learned() && !spec.init().trainable();
      Optional<String> fault = FiniteValues.fault(spec.name(), tensor);
      if (fault.isPresent() && !(statistic && !FiniteValues.hasNan(tensor))) {
        return fault;
      }
    }
    return Optional.empty();
  }
}
