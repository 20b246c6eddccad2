package dev.flowline.extractor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The table of feature extractors that have a name, with the public files that their weights come
 * from. Nothing is downloaded by the program.
 */
public enum Backbone {
  MS_CAIT(448, () -> new MsCaiT(CaiT.Variant.M48, CaiT.Variant.S24)),
  RESNET18(
      448,
      () -> new ResNet(ResNet.Variant.RESNET18),
      torchvision("resnet18-f37072fd.pth"),
      torchvision("resnet18-5c106cde.pth"),
      timm("resnet18_a1_0-d63eafa0.pth")),
  RESNET34(
      448,
      () -> new ResNet(ResNet.Variant.RESNET34),
      torchvision("resnet34-b627a593.pth"),
      torchvision("resnet34-333f7ec4.pth"),
      timm("resnet34_a1_0-46f8f793.pth")),
  WIDE_RESNET50_2(
      448,
      () -> new ResNet(ResNet.Variant.WIDE_RESNET50_2),
      torchvision("wide_resnet50_2-95faca4d.pth"),
      timm("wide_resnet50_racm-8234f177.pth")),
  CAIT_M48(448, () -> new CaiT(CaiT.Variant.M48), deit("M48_448.pth")),
  CAIT_S24(224, () -> new CaiT(CaiT.Variant.S24), deit("S24_224.pth")),
  CAIT_S36(384, () -> new CaiT(CaiT.Variant.S36), deit("S36_384.pth")),
  CAIT_XS24(384, () -> new CaiT(CaiT.Variant.XS24), deit("XS24_384.pth")),
  CAIT_XXS24(224, () -> new CaiT(CaiT.Variant.XXS24), deit("XXS24_224.pth")),
  CAIT_XXS36(224, () -> new CaiT(CaiT.Variant.XXS36), deit("XXS36_224.pth")),
  PATCH_PCA(256, () -> new PatchPca(PatchPca.Settings.DEFAULT));

  /**
   * A file of pretrained weights that anybody can download.
   *
   * @param licence as its publisher states it, of the code and the weights; what the training
   *     images allow is another matter
   */
  public record PublishedFile(String name, String publisher, String licence) {}

  private final int inputSize;
  private final Supplier<FeatureExtractor> extractor;
  private final List<PublishedFile> files;

  Backbone(int inputSize, Supplier<FeatureExtractor> extractor, PublishedFile... files) {
    this.inputSize = inputSize;
    this.extractor = extractor;
    this.files = List.of(files);
  }

  /**
   * The backbone of that name; case does not matter, nor whether words are parted by - or _.
   *
   * @throws IllegalArgumentException listing the known names
   */
  public static Backbone named(String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
    for (Backbone backbone : values()) {
      boolean timmName =
          backbone.extractor() instanceof CaiT cait
              && cait.variant().name().equalsIgnoreCase(wanted);
      if (backbone.name().equals(wanted) || timmName) {
        return backbone;
      }
    }
    throw new IllegalArgumentException(
        "no extractor "
            + name
            + "; known are "
            + Arrays.stream(values()).map(Backbone::id).collect(Collectors.joining(", ")));
  }

  /** The name on the command line and in model files, as in {@code wide-resnet50-2}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Height and width of the input where the user names none. */
  public int inputSize() {
    return inputSize;
  }

  /** The network; {@link #PATCH_PCA} with its default settings. */
  public FeatureExtractor extractor() {
    return extractor.get();
  }

  /**
   * Files that its weights can be read from, any one of them; none where it is made of the {@link
   * #networks} of others or learns from the training images.
   */
  public List<PublishedFile> files() {
    return files;
  }

  /** The networks with a file each that it is made of, in the order of their scales. */
  public List<Backbone> networks() {
    return switch (this) {
      case MS_CAIT -> List.of(CAIT_M48, CAIT_S24);
      case PATCH_PCA -> List.of();
      default -> List.of(this);
    };
  }

  private static PublishedFile torchvision(String name) {
    return new PublishedFile(name, "torchvision (download.pytorch.org/models)", "BSD-3-Clause");
  }

  private static PublishedFile timm(String name) {
    return new PublishedFile(
        name, "timm (GitHub releases of huggingface/pytorch-image-models)", "Apache-2.0");
  }

  private static PublishedFile deit(String name) {
    return new PublishedFile(
        name, "Meta AI (CaiT in facebookresearch/deit, dl.fbaipublicfiles.com/deit)", "Apache-2.0");
  }
}
