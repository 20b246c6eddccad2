package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One network of an extractor as a file of pretrained weights sees it.
 *
 * @param prefix what the wanted names begin with and the file's do not
 * @param wanted its frozen parameters
 * @param unused names in public files, after the prefix, that the extractor has no use for
 */
record PretrainedNetwork(
    String name, String prefix, Collection<ParameterSpec> wanted, Pattern unused) {
  private static final double BATCH_NORM_EPSILON = 1e-5;
  private static final Pattern WRAPPERS =
      Pattern.compile("^(?:(?:model|module|backbone|feature_extractor|_orig_mod)\\.)+");
  private static final String ELSEWHERE = "flow\\..*|feature_normalizations\\..*|extractor\\d\\..*";
  private static final int SHOWN = 6;

  /** The parameters found under their wanted names, and what is wrong; sorted as found. */
  record Fit(
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

  /** The pretrained networks of an extractor, in the order of their scales; none for PatchPca. */
  static List<PretrainedNetwork> of(FeatureExtractor extractor) {
    if (extractor instanceof ResNet resNet) {
      int any = resNet.strides().get(resNet.strides().size() - 1);
      return List.of(
          new PretrainedNetwork(
              resNet.variant().name(),
              FeatureExtractor.PREFIX,
              resNet.frozenParameters(any, any),
              Pattern.compile("layer4\\..*|fc\\..*|" + ELSEWHERE)));
    }
    if (extractor instanceof CaiT cait) {
      int size = cait.variant().inputSize();
      String laterBlocks =
          "blocks\\.("
              + String.join("|", numbers(cait.variant().blocks(), cait.variant().depth()))
              + ")\\..*";
      String head = "cls_token|blocks_token_only\\..*|head(_dist)?\\..*|dist_token|";
      return List.of(
          new PretrainedNetwork(
              cait.variant().name(),
              cait.prefix(),
              cait.frozenParameters(size, size),
              Pattern.compile(head + laterBlocks + "|" + ELSEWHERE)));
    }
    if (extractor instanceof MsCaiT pair) {
      return List.of(of(pair.fine()).get(0), of(pair.coarse()).get(0));
    }
    return List.of();
  }

  /**
   * Looks for the parameters in a state dict as torchvision, timm or the released U-Flow program
   * name them, wrappers' prefixes and batch norms included.
   */
  Fit fit(Map<String, StoredTensor> stateDict) {
    Map<String, StoredTensor> left;
    try {
      left = BatchNormFolding.fold(bare(stateDict), BATCH_NORM_EPSILON);
    } catch (IllegalArgumentException e) {
      left = bare(stateDict);
    }
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

  /** Without wrappers' prefixes, and without the released program's own if it has this network. */
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

  private static List<String> numbers(int from, int to) {
    List<String> numbers = new ArrayList<>();
    for (int i = from; i < to; i++) {
      numbers.add(Integer.toString(i));
    }
    return numbers;
  }
}
