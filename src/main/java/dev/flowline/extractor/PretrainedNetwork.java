package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One network of an extractor as a file of pretrained weights sees it.
 *
 * @param name of the network in messages
 * @param prefix the beginning of the wanted names, which the file's names lack
 * @param wanted its frozen parameters
 * @param unused names in public files, after the prefix, that the extractor has no use for
 * @param layout turns a public state dict, without prefixes, into one under the wanted names
 */
public record PretrainedNetwork(
    String name,
    String prefix,
    Collection<ParameterSpec> wanted,
    Pattern unused,
    UnaryOperator<Map<String, StoredTensor>> layout) {
  private static final Pattern WRAPPERS =
      Pattern.compile("^(?:(?:model|module|backbone|feature_extractor|_orig_mod)\\.)+");
  private static final String ELSEWHERE = "flow\\..*|feature_normalizations\\..*|extractor\\d\\..*";
  private static final int SHOWN = 6;

  /** The parameters found under their wanted names, and what is wrong; sorted as found. */
  public record Fit(
      Map<String, StoredTensor> parameters,
      List<String> missing,
      List<String> unexpected,
      List<String> misshaped) {
    boolean complete() {
      return missing.isEmpty() && unexpected.isEmpty() && misshaped.isEmpty();
    }

    @Override
    public String toString() {
      return "missing: %s; unexpected: %s; wrong shape: %s"
          .formatted(shorten(missing), shorten(unexpected), shorten(misshaped));
    }

    private static String shorten(List<String> names) {
      return names.isEmpty()
          ? "none"
          : String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
              + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
    }
  }

  /**
   * The one network of an extractor whose parameters' names begin with {@link
   * FeatureExtractor#PREFIX}.
   *
   * @param inputSize height and width of some images that the extractor takes
   * @param unused names in public files that the extractor has no use for; a pattern
   * @param layout as {@link #layout()}
   */
  static PretrainedNetwork of(
      FeatureExtractor extractor,
      int inputSize,
      String unused,
      UnaryOperator<Map<String, StoredTensor>> layout) {
    return of(extractor, FeatureExtractor.PREFIX, inputSize, unused, layout);
  }

  /** Returns a pretrained network whose names begin with that prefix. */
  static PretrainedNetwork of(
      FeatureExtractor extractor,
      String prefix,
      int inputSize,
      String unused,
      UnaryOperator<Map<String, StoredTensor>> layout) {
    return new PretrainedNetwork(
        extractor.name(),
        prefix,
        extractor.frozenParameters(inputSize, inputSize),
        Pattern.compile(unused + "|" + ELSEWHERE),
        layout);
  }

  /**
   * A pattern of all names that belong to the layers of some numbers.
   *
   * @param from the first number, inclusive
   * @param to the last, exclusive
   */
  static String layers(String layers, int from, int to) {
    String numbers =
        IntStream.range(from, to).mapToObj(Integer::toString).collect(Collectors.joining("|"));
    return layers + "\\.(" + numbers + ")\\..*";
  }

  /**
   * Looks for the parameters in a state dict as torchvision, timm or the released U-Flow program
   * name them, wrappers' prefixes and batch norms included. If the state dict has more than this
   * network, the part behind one of its prefixes is taken.
   */
  Fit fit(Map<String, StoredTensor> stateDict) {
    Fit best = fitWhole(stateDict);
    if (!best.complete()) {
      for (Map<String, StoredTensor> part : WrappedStateDict.parts(stateDict, wanted.size() / 2)) {
        Fit fit = fitWhole(part);
        if (fit.complete()) {
          return fit;
        }
        best = fit.missing().size() < best.missing().size() ? fit : best;
      }
    }
    return best;
  }

  private Fit fitWhole(Map<String, StoredTensor> stateDict) {
    Map<String, StoredTensor> left = new LinkedHashMap<>(layout.apply(bare(stateDict)));
    Map<String, StoredTensor> parameters = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    List<String> misshaped = new ArrayList<>();
    for (ParameterSpec spec : wanted) {
      String key = spec.name().substring(prefix.length());
      StoredTensor given = left.remove(key);
      if (given == null) {
        missing.add(key);
      } else if (!Arrays.equals(given.shape(), spec.shape())) {
        misshaped.add(
            "%s is %s instead of %s"
                .formatted(key, Arrays.toString(given.shape()), Arrays.toString(spec.shape())));
      } else {
        parameters.put(spec.name(), given);
      }
    }
    List<String> unexpected =
        left.keySet().stream().filter(key -> !unused.matcher(key).matches()).toList();
    return new Fit(parameters, missing, unexpected, misshaped);
  }

  /** Cuts off wrappers' prefixes, and the released program's own if it has this network. */
  private Map<String, StoredTensor> bare(Map<String, StoredTensor> stateDict) {
    String[] parts = prefix.split("\\.");
    String own = parts[parts.length - 1] + ".";
    Map<String, StoredTensor> bare = new LinkedHashMap<>();
    stateDict.forEach(
        (name, tensor) -> {
          String key = WRAPPERS.matcher(name).replaceFirst("");
          bare.put(key.startsWith(own) ? key.substring(own.length()) : key, tensor);
        });
    return bare;
  }
}
