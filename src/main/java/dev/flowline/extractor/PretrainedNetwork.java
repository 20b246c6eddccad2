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
 * @param prefix what the wanted names begin with and the file's do not
 * @param wanted its frozen parameters
 * @param unused names in public files, after the prefix, that the extractor has no use for
 * @param layout what makes a public state dict, without prefixes, one under the wanted names
 */
record PretrainedNetwork(
    String name,
    String prefix,
    Collection<ParameterSpec> wanted,
    Pattern unused,
    UnaryOperator<Map<String, StoredTensor>> layout) {
  private static final double RESNET_EPSILON = 1e-5;
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
      String name = resNet.variant().name();
      return List.of(
          of(name, resNet, any(resNet), "layer4\\..*|fc\\..*", PretrainedNetwork::foldResNet));
    }
    if (extractor instanceof CaiT cait) {
      return List.of(of(cait));
    }
    if (extractor instanceof MsCaiT pair) {
      return List.of(of(pair.fine()), of(pair.coarse()));
    }
    if (extractor instanceof EfficientNet network) {
      return List.of(of(network));
    }
    if (extractor instanceof MsEfficientNet several) {
      return List.of(of(several.network()));
    }
    if (extractor instanceof Swin swin) {
      String unused = "norm\\..*|head\\..*|.*\\.attn_mask|.*\\.relative_position_index|";
      return List.of(
          of(
              swin.variant().name(),
              swin,
              any(swin),
              unused + after("layers", last(swin.stages()) + 1, swin.variant().depths().size()),
              TransformerNames::swin));
    }
    if (extractor instanceof MViT mvit) {
      List<Integer> depths = mvit.variant().depths();
      return List.of(
          of(
              mvit.variant().name(),
              mvit,
              mvit.variant().inputSize(),
              "norm\\..*|head\\..*|" + after("stages", last(mvit.stages()) + 1, depths.size()),
              published -> TransformerNames.mvit(published, depths)));
    }
    if (extractor instanceof Deit deit) {
      Deit.Variant v = deit.variant();
      String unused = "head(_dist)?\\..*|" + after("blocks", v.blocks(), v.depth());
      return List.of(of(v.name(), deit, v.inputSize(), unused, UnaryOperator.identity()));
    }
    if (extractor instanceof AlexNet alexNet) {
      int size = AlexNet.INPUT_SIZE;
      return List.of(of("alexnet", alexNet, size, "classifier\\..*", UnaryOperator.identity()));
    }
    return List.of();
  }

  private static PretrainedNetwork of(CaiT cait) {
    CaiT.Variant v = cait.variant();
    String head = "cls_token|blocks_token_only\\..*|head(_dist)?\\..*|dist_token|";
    return new PretrainedNetwork(
        v.name(),
        cait.prefix(),
        cait.frozenParameters(v.inputSize(), v.inputSize()),
        Pattern.compile(head + after("blocks", v.blocks(), v.depth()) + "|" + ELSEWHERE),
        UnaryOperator.identity());
  }

  private static PretrainedNetwork of(EfficientNet network) {
    EfficientNetNames names = new EfficientNetNames(network.variant());
    return of(
        network.variant().name(),
        network,
        any(network),
        names.unused(last(network.taps())),
        names::toTimm);
  }

  private static PretrainedNetwork of(
      String name,
      FeatureExtractor extractor,
      int size,
      String unused,
      UnaryOperator<Map<String, StoredTensor>> layout) {
    return new PretrainedNetwork(
        name,
        FeatureExtractor.PREFIX,
        extractor.frozenParameters(size, size),
        Pattern.compile(unused + "|" + ELSEWHERE),
        layout);
  }

  private static Map<String, StoredTensor> foldResNet(Map<String, StoredTensor> published) {
    return BatchNormFolding.fold(published, RESNET_EPSILON);
  }

  /** The smallest input of a network that takes many. */
  private static int any(FeatureExtractor extractor) {
    return last(extractor.strides());
  }

  private static int last(List<Integer> ascending) {
    return ascending.get(ascending.size() - 1);
  }

  /** All that belongs to layers of these numbers; a pattern. */
  private static String after(String layers, int from, int to) {
    String numbers =
        IntStream.range(from, to).mapToObj(Integer::toString).collect(Collectors.joining("|"));
    return layers + "\\.(" + numbers + ")\\..*";
  }

  /**
   * Looks for the parameters in a state dict as torchvision, timm or the released U-Flow program
   * name them, wrappers' prefixes and batch norms included.
   */
  Fit fit(Map<String, StoredTensor> stateDict) {
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
}
