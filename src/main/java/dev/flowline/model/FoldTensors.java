package dev.flowline.model;

import dev.flowline.calibration.Calibration;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ParameterSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of kept folds in a model file, see {@link dev.flowline.calibration.CvPlus}: those in
 * which the model of fold K differs from the final model, each as {@code fold.K.NAME}.
 */
final class FoldTensors {
  private FoldTensors() {}

  private static String prefix(int fold) {
    return "fold." + fold + ".";
  }

  /** Returns how many folds a model keeps; 0 for none. */
  static int count(ModelConfig config) {
    Calibration calibration = config.calibration();
    return calibration != null && calibration.keepsFolds() ? calibration.crossFitting().folds() : 0;
  }

  /** Returns the tensors of the final model. */
  static Map<String, StoredTensor> ofFinal(ModelConfig config, Map<String, StoredTensor> all) {
    Map<String, StoredTensor> whole = new LinkedHashMap<>(all);
    for (int fold = 0; fold < count(config); fold++) {
      String prefix = prefix(fold);
      whole.keySet().removeIf(name -> name.startsWith(prefix));
    }
    return whole;
  }

  /** Returns the tensors of each fold, by the names that they have in the final model. */
  static List<Map<String, StoredTensor>> byFold(ModelConfig config, Map<String, StoredTensor> all) {
    List<Map<String, StoredTensor>> folds = new ArrayList<>();
    for (int fold = 0; fold < count(config); fold++) {
      String prefix = prefix(fold);
      Map<String, StoredTensor> own = new LinkedHashMap<>();
      all.forEach(
          (name, tensor) -> {
            if (name.startsWith(prefix)) {
              own.put(name.substring(prefix.length()), tensor);
            }
          });
      folds.add(own);
    }
    return folds;
  }

  /**
   * Returns the tensors of a model file.
   *
   * @param whole those of the final model
   * @param folds those of each kept fold
   */
  static Map<String, StoredTensor> together(
      Map<String, StoredTensor> whole, List<Map<String, StoredTensor>> folds) {
    Map<String, StoredTensor> all = new LinkedHashMap<>(whole);
    for (int fold = 0; fold < folds.size(); fold++) {
      String prefix = prefix(fold);
      folds.get(fold).forEach((name, tensor) -> all.put(prefix + name, tensor));
    }
    return all;
  }

  /** Returns those of the tensors of a fold's model in which it differs from the final one. */
  static Map<String, StoredTensor> own(
      Iterable<ParameterSpec> specs,
      Map<String, StoredTensor> whole,
      Map<String, StoredTensor> ofFold) {
    Map<String, StoredTensor> own = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      StoredTensor tensor = ofFold.get(spec.name());
      if (spec.init().learned() || !tensor.bytes().equals(whole.get(spec.name()).bytes())) {
        own.put(spec.name(), tensor);
      }
    }
    return own;
  }
}
