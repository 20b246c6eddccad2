package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of transformers' parameters in published files, brought to those of timm. */
final class TransformerNames {
  private static final Pattern SWIN_TORCHVISION = Pattern.compile("features\\.(\\d)\\.(.*)");
  private static final Pattern DOWNSAMPLE = Pattern.compile("layers\\.(\\d)\\.downsample\\.(.*)");
  private static final Pattern MVIT_META = Pattern.compile("blocks\\.(\\d+)\\.(.*)");

  private TransformerNames() {}

  /**
   * Renames a Swin: from timm, whose wrapper for features writes {@code layers_0}; of torchvision;
   * and of the authors, whose merging of patches belongs to the stage before it instead of the one
   * after.
   */
  static Map<String, StoredTensor> swin(Map<String, StoredTensor> published) {
    boolean authors =
        published.keySet().stream().anyMatch(name -> name.startsWith("layers.0.downsample."));
    return renamed(
        published,
        name -> {
          Matcher downsample = DOWNSAMPLE.matcher(name);
          if (authors && downsample.matches()) {
            int next = Integer.parseInt(downsample.group(1)) + 1;
            return "layers." + next + ".downsample." + downsample.group(2);
          }
          Matcher part = SWIN_TORCHVISION.matcher(name);
          return part.matches()
              ? swinTorchvision(Integer.parseInt(part.group(1)), part.group(2))
              : name.replaceFirst("^layers_(\\d)\\.", "layers.$1.");
        });
  }

  /** Renames an MViTv2: from timm, and from the authors, who number the blocks over all stages. */
  static Map<String, StoredTensor> mvit(Map<String, StoredTensor> published, List<Integer> depths) {
    return renamed(
        published,
        name -> {
          Matcher matcher = MVIT_META.matcher(name);
          if (!matcher.matches()) {
            return name;
          }
          int block = Integer.parseInt(matcher.group(1));
          int stage = 0;
          while (stage < depths.size() - 1 && block >= depths.get(stage)) {
            block -= depths.get(stage++);
          }
          String rest = matcher.group(2).replaceFirst("^proj\\.", "shortcut_proj_attn.");
          return "stages.%s.blocks.%s.%s".formatted(stage, block, rest);
        });
  }

  /** Patches, then stages and the mergings between them in turn. */
  private static String swinTorchvision(int index, String rest) {
    if (index == 0) {
      return "patch_embed." + rest.replaceFirst("^0\\.", "proj.").replaceFirst("^2\\.", "norm.");
    }
    if (index % 2 == 0) {
      return "layers." + index / 2 + ".downsample." + rest;
    }
    String named = rest.replace(".mlp.0.", ".mlp.fc1.").replace(".mlp.3.", ".mlp.fc2.");
    return "layers." + index / 2 + ".blocks." + named;
  }

  private static Map<String, StoredTensor> renamed(
      Map<String, StoredTensor> published, UnaryOperator<String> timm) {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    published.forEach((name, tensor) -> renamed.put(timm.apply(name), tensor));
    return renamed;
  }
}
