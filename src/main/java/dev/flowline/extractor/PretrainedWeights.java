package dev.flowline.extractor;

import dev.flowline.io.DecodedPath;
import dev.flowline.io.FiniteValues;
import dev.flowline.io.StateDict;
import dev.flowline.io.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads an extractor's frozen parameters from files of pretrained weights. */
public final class PretrainedWeights {
  /** The environment variable that names a folder of weights. */
  public static final String FOLDER_VARIABLE = "FLOWLINE_WEIGHTS";

  private PretrainedWeights() {}

  /** The folder that the environment names. */
  public static Optional<Path> folder() {
    String folder = System.getenv(FOLDER_VARIABLE);
    return folder == null || folder.isBlank()
        ? Optional.empty()
        : Optional.of(DecodedPath.of(folder));
  }

  /**
   * The frozen parameters of a backbone with its usual layers; see {@link #load(ExtractorConfig,
   * List, Optional)}.
   */
  public static Map<String, StoredTensor> load(
      Backbone backbone, List<Path> files, Optional<Path> folder) throws IOException {
    return load(ExtractorConfig.of(backbone), files, folder);
  }

  /**
   * The frozen parameters of an extractor.
   *
   * @param files that the user named, in any order, or empty to look into the folder: one for each
   *     network of the backbone, or one for all
   * @param folder as {@link #folder}
   * @throws IOException naming the file, if one is not there, unreadable or for another network
   * @throws IllegalArgumentException if the extractor takes no weights or another number of files
   */
  public static Map<String, StoredTensor> load(
      ExtractorConfig extractor, List<Path> files, Optional<Path> folder) throws IOException {
    requireUse(extractor, files);
    if (extractor.create() instanceof FileNetwork network) {
      return network.parameters();
    }
    if (!extractor.takesWeights()) {
      return Map.of();
    }
    Backbone backbone = extractor.backbone();
    List<Backbone> networks = backbone.networks();
    List<Path> sources = files.isEmpty() ? find(backbone, folder) : files;
    if (sources.size() != 1 && sources.size() != networks.size()) {
      throw new IllegalArgumentException(
          "%s takes %s files of weights, got %s"
              .formatted(backbone.id(), networks.size(), sources.size()));
    }
    Map<Path, Map<String, StoredTensor>> stateDicts = new LinkedHashMap<>();
    for (Path source : sources) {
      stateDicts.put(source, StateDict.read(source));
    }
    Map<String, StoredTensor> parameters = new LinkedHashMap<>();
    for (PretrainedNetwork network : extractor.create().pretrained()) {
      parameters.putAll(firstThatFits(network, stateDicts));
    }
    return parameters;
  }

  /**
   * The frozen parameters of an extractor out of one state dict, and its trainable normalisations
   * where the dict is a released U-Flow checkpoint.
   *
   * @throws IllegalArgumentException listing what is missing, unexpected and wrongly shaped, and
   *     naming the backbone that the dict fits instead, if any; or naming the tensor that holds NaN
   */
  public static Map<String, StoredTensor> fit(
      FeatureExtractor extractor, Map<String, StoredTensor> stateDict) {
    Map<String, StoredTensor> parameters = new LinkedHashMap<>();
    for (PretrainedNetwork network : extractor.pretrained()) {
      PretrainedNetwork.Fit fit = network.fit(stateDict);
      if (!fit.complete()) {
        throw new IllegalArgumentException(explain(network, fit, stateDict));
      }
      Optional<String> fault = fault(network, fit, stateDict);
      if (fault.isPresent()) {
        throw new IllegalArgumentException(fault.get());
      }
      parameters.putAll(fit.parameters());
    }
    stateDict.forEach(
        (name, tensor) -> {
          int at = name.indexOf("feature_normalizations.");
          if (at >= 0) {
            parameters.put("feature_extractor." + name.substring(at), tensor);
          }
        });
    return parameters;
  }

  /**
   * @throws IllegalArgumentException if weights are named and the extractor takes none
   */
  public static void requireUse(ExtractorConfig extractor, List<Path> files) {
    if (!files.isEmpty() && !extractor.takesWeights()) {
      throw new IllegalArgumentException(
          extractor.network() == null
              ? extractor.name() + " learns from the training images: it takes no weights"
              : extractor.name() + " brings its weights with it: it takes no others");
    }
  }

  /**
   * Returns the files that {@link #load(ExtractorConfig, List, Optional)} reads with the same
   * arguments; none for an extractor that takes no weights.
   *
   * @throws IOException naming what is missing, if a file is not in the folder
   */
  public static List<Path> files(ExtractorConfig extractor, List<Path> files, Optional<Path> folder)
      throws IOException {
    return extractor.takesWeights() && files.isEmpty() ? find(extractor.backbone(), folder) : files;
  }

  private static Map<String, StoredTensor> firstThatFits(
      PretrainedNetwork network, Map<Path, Map<String, StoredTensor>> stateDicts)
      throws IOException {
    List<String> complaints = new ArrayList<>();
    for (var source : stateDicts.entrySet()) {
      PretrainedNetwork.Fit fit = network.fit(source.getValue());
      if (fit.complete()) {
        Optional<String> fault = fault(network, fit, source.getValue());
        if (fault.isPresent()) {
          throw new IOException(source.getKey() + " " + fault.get());
        }
        return fit.parameters();
      }
      complaints.add(source.getKey() + " " + explain(network, fit, source.getValue()));
    }
    throw new IOException(String.join("; ", complaints));
  }

  /** Describes weights that are no numbers by the name that their file has for them. */
  private static Optional<String> fault(
      PretrainedNetwork network, PretrainedNetwork.Fit fit, Map<String, StoredTensor> stateDict) {
    return FiniteValues.firstFault(fit.parameters())
        .map(fitted -> faultOfFile(network, stateDict).orElse(fitted))
        .map(
            fault ->
                "has weights that are no numbers, "
                    + fault
                    + ": download the file again, or take weights of a training that went well");
  }

  /**
   * Describes the first tensor of a file that is at fault and that the network cannot do without.
   */
  private static Optional<String> faultOfFile(
      PretrainedNetwork network, Map<String, StoredTensor> stateDict) {
    for (var tensor : stateDict.entrySet()) {
      Optional<String> fault = FiniteValues.fault(tensor.getKey(), tensor.getValue());
      if (fault.isPresent()) {
        Map<String, StoredTensor> others = new LinkedHashMap<>(stateDict);
        others.remove(tensor.getKey());
        if (!network.fit(others).complete()) {
          return fault;
        }
      }
    }
    return Optional.empty();
  }

  private static String explain(
      PretrainedNetwork network, PretrainedNetwork.Fit fit, Map<String, StoredTensor> stateDict) {
    String other =
        List.of(Backbone.values()).stream()
            .filter(b -> b.networks().equals(List.of(b)))
            .filter(b -> b.extractor().pretrained().get(0).fit(stateDict).complete())
            .map(b -> "; it has the weights of " + b.id())
            .collect(Collectors.joining());
    return "does not fit " + network.name() + other + "; " + fit;
  }

  private static List<Path> find(Backbone backbone, Optional<Path> folder) throws IOException {
    List<Path> found = new ArrayList<>();
    List<String> absent = new ArrayList<>();
    for (Backbone network : backbone.networks()) {
      Optional<Path> file =
          folder.stream()
              .flatMap(f -> candidates(network).stream().map(f::resolve))
              .filter(Files::isRegularFile)
              .findFirst();
      file.ifPresentOrElse(found::add, () -> absent.add(wanted(network)));
    }
    if (!absent.isEmpty()) {
      throw new IOException(
          "%s needs pretrained weights: download %s; then name the file with --weights, or put it into the folder that the environment variable %s names (%s)"
              .formatted(
                  backbone.id(),
                  String.join(" and ", absent),
                  FOLDER_VARIABLE,
                  folder.map(f -> "now " + f).orElse("not set")));
    }
    return found;
  }

  private static List<String> candidates(Backbone network) {
    List<String> names = new ArrayList<>(List.of(network.id() + ".safetensors"));
    network.files().forEach(file -> names.add(file.name()));
    return names;
  }

  private static String wanted(Backbone network) {
    Backbone.PublishedFile file = network.files().get(0);
    return file.name() + " from " + file.publisher();
  }
}
