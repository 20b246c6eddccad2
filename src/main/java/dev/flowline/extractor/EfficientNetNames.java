package dev.flowline.extractor;

import dev.flowline.io.StoredTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of an EfficientNet's parameters in published files: those of timm, of torchvision, and
 * of efficientnet-pytorch (Melas-Kyriazi), which most of the networks trained in TensorFlow came
 * by.
 */
record EfficientNetNames(EfficientNet.Variant variant) {
  private static final Pattern TORCHVISION =
      Pattern.compile("features\\.([1-7])\\.(\\d+)\\.block\\.(\\d)\\.(\\w+)\\.(\\w+)");
  private static final Pattern MELAS = Pattern.compile("_blocks\\.(\\d+)\\._(\\w+)\\.(\\w+)");
  private static final Pattern NORM = Pattern.compile("(?:(blocks\\.(\\d+)\\.\\d+)\\.)?bn(\\d)");
  private static final Map<String, String> AROUND =
      Map.of(
          "features.0.0", "conv_stem",
          "features.0.1", "bn1",
          "features.8.0", "conv_head",
          "features.8.1", "bn2",
          "_conv_stem", "conv_stem",
          "_bn0", "bn1",
          "_conv_head", "conv_head",
          "_bn1", "bn2");

  /** Convolutions of a block in order; the batch norms behind them are counted from 1. */
  private static final List<String> PLAIN = List.of("conv_dw", "conv_pw");

  private static final List<String> EXPANDING = List.of("conv_pw", "conv_dw", "conv_pwl");

  /** The state dict under timm's names, its batch norms folded. */
  Map<String, StoredTensor> toTimm(Map<String, StoredTensor> published) {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    published.forEach((name, tensor) -> renamed.put(timm(name), tensor));
    return BatchNormFolding.fold(
        renamed, variant.batchNormEpsilon(), EfficientNetNames::convolutionBefore);
  }

  /** Returns a pattern of the names in published files beyond the blocks that are in use. */
  String unused(int lastBlock) {
    StringBuilder names = new StringBuilder("conv_head\\..*|classifier\\..*|_fc\\..*");
    variant.places().stream()
        .skip(lastBlock + 1L)
        .forEach(place -> names.append("|").append(place.name().replace(".", "\\.") + "\\..*"));
    return names.toString();
  }

  private String timm(String name) {
    Matcher block = TORCHVISION.matcher(name);
    if (block.matches()) {
      return torchvisionBlock(block);
    }
    block = MELAS.matcher(name);
    if (block.matches() && Integer.parseInt(block.group(1)) < variant.places().size()) {
      return melasBlock(block);
    }
    int dot = name.lastIndexOf('.');
    String around = dot < 0 ? null : AROUND.get(name.substring(0, dot));
    return around == null ? name : around + name.substring(dot);
  }

  private static String torchvisionBlock(Matcher block) {
    int stage = Integer.parseInt(block.group(1)) - 1;
    int part = Integer.parseInt(block.group(3));
    List<String> convolutions = stage == 0 ? PLAIN : EXPANDING;
    int gate = convolutions.size() - 1; // squeeze and excitation stand before the last convolution
    int norm = part < gate ? part + 1 : part;
    String role;
    if (part == gate) {
      role = block.group(4).equals("fc1") ? "se.conv_reduce" : "se.conv_expand";
    } else {
      role = block.group(4).equals("0") ? convolutions.get(norm - 1) : "bn" + norm;
    }
    return "blocks.%s.%s.%s.%s".formatted(stage, block.group(2), role, block.group(5));
  }

  private String melasBlock(Matcher block) {
    EfficientNet.Place place = variant.places().get(Integer.parseInt(block.group(1)));
    boolean expands = place.stage().expansion() > 1;
    String role =
        switch (block.group(2)) {
          case "expand_conv" -> "conv_pw";
          case "depthwise_conv" -> "conv_dw";
          case "project_conv" -> expands ? "conv_pwl" : "conv_pw";
          case "se_reduce" -> "se.conv_reduce";
          case "se_expand" -> "se.conv_expand";
          case "bn0" -> "bn1";
          case "bn1" -> expands ? "bn2" : "bn1";
          case "bn2" -> expands ? "bn3" : "bn2";
          default -> block.group(2);
        };
    return "%s.%s.%s".formatted(place.name(), role, block.group(3));
  }

  private static String convolutionBefore(String norm) {
    Matcher matcher = NORM.matcher(norm);
    if (!matcher.matches()) {
      return norm;
    }
    int number = Integer.parseInt(matcher.group(3));
    if (matcher.group(1) == null) {
      return number == 1 ? "conv_stem" : "conv_head";
    }
    List<String> convolutions = matcher.group(2).equals("0") ? PLAIN : EXPANDING;
    return number > convolutions.size()
        ? norm
        : matcher.group(1) + "." + convolutions.get(number - 1);
  }
}
