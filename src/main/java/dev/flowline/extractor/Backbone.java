package dev.flowline.extractor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

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
  RESNET50(
      448,
      () -> new ResNet(ResNet.Variant.RESNET50),
      torchvision("resnet50-0676ba61.pth"),
      torchvision("resnet50-11ad3fa6.pth")),
  RESNET101(
      448,
      () -> new ResNet(ResNet.Variant.RESNET101),
      torchvision("resnet101-63fe2227.pth"),
      torchvision("resnet101-cd907fc2.pth")),
  WIDE_RESNET50_2(
      448,
      () -> new ResNet(ResNet.Variant.WIDE_RESNET50_2),
      torchvision("wide_resnet50_2-95faca4d.pth"),
      timm("wide_resnet50_racm-8234f177.pth")),
  WIDE_RESNET101_2(
      448,
      () -> new ResNet(ResNet.Variant.WIDE_RESNET101_2),
      torchvision("wide_resnet101_2-32ee1156.pth"),
      torchvision("wide_resnet101_2-d733dc28.pth")),
  /** Stages 2 to 4 of Wide ResNet-50-2: CFlow-AD. */
  WIDE_RESNET50_2_LAYERS_2_4(
      256, () -> new ResNet(ResNet.Variant.WIDE_RESNET50_2, ResNet.Output.COARSE)),
  CAIT_M48(448, () -> new CaiT(CaiT.Variant.M48), deit("M48_448.pth")),
  CAIT_S24(224, () -> new CaiT(CaiT.Variant.S24), deit("S24_224.pth")),
  CAIT_S36(384, () -> new CaiT(CaiT.Variant.S36), deit("S36_384.pth")),
  CAIT_XS24(384, () -> new CaiT(CaiT.Variant.XS24), deit("XS24_384.pth")),
  CAIT_XXS24(224, () -> new CaiT(CaiT.Variant.XXS24), deit("XXS24_224.pth")),
  CAIT_XXS36(224, () -> new CaiT(CaiT.Variant.XXS36), deit("XXS36_224.pth")),
  EFFICIENTNET_B0(
      448,
      pytorch(0),
      torchvision("efficientnet_b0_rwightman-7f5810bc.pth"),
      timm("efficientnet_b0_ra-3dd342df.pth")),
  EFFICIENTNET_B1(
      448,
      pytorch(1),
      torchvision("efficientnet_b1_rwightman-bac287d4.pth"),
      timm("efficientnet_b1-533bc792.pth")),
  EFFICIENTNET_B2(
      448,
      pytorch(2),
      torchvision("efficientnet_b2_rwightman-c35c1473.pth"),
      timm("efficientnet_b2_ra-bcdf34b7.pth")),
  EFFICIENTNET_B3(
      448,
      pytorch(3),
      torchvision("efficientnet_b3_rwightman-b3899882.pth"),
      timm("efficientnet_b3_ra2-cf984f9c.pth")),
  EFFICIENTNET_B4(
      448,
      pytorch(4),
      torchvision("efficientnet_b4_rwightman-23ab8bcd.pth"),
      timm("efficientnet_b4_ra2_320-7eb33cd5.pth")),
  EFFICIENTNET_B5(
      448,
      tensorflow(5),
      torchvision("efficientnet_b5_lukemelas-1a07897c.pth"),
      timm("tf_efficientnet_b5_ra-9a3e5369.pth"),
      melas("efficientnet-b5-b6417697.pth")),
  EFFICIENTNET_B6(
      448,
      tensorflow(6),
      torchvision("efficientnet_b6_lukemelas-24a108a5.pth"),
      timm("tf_efficientnet_b6_aa-80ba17e4.pth"),
      melas("efficientnet-b6-c76e70fd.pth")),
  EFFICIENTNET_B7(
      448,
      tensorflow(7),
      torchvision("efficientnet_b7_lukemelas-c5b4e57e.pth"),
      timm("tf_efficientnet_b7_ra-6c08e654.pth"),
      melas("efficientnet-b7-dcc49843.pth")),
  TF_EFFICIENTNET_B0(
      448,
      tensorflow(0),
      timm("tf_efficientnet_b0_aa-827b6e33.pth"),
      melas("efficientnet-b0-355c32eb.pth")),
  TF_EFFICIENTNET_B1(
      448,
      tensorflow(1),
      timm("tf_efficientnet_b1_aa-ea7a6ee0.pth"),
      melas("efficientnet-b1-f1951068.pth")),
  TF_EFFICIENTNET_B2(
      448,
      tensorflow(2),
      timm("tf_efficientnet_b2_aa-60c94f97.pth"),
      melas("efficientnet-b2-8bb594d6.pth")),
  TF_EFFICIENTNET_B3(
      448,
      tensorflow(3),
      timm("tf_efficientnet_b3_aa-84b4657e.pth"),
      melas("efficientnet-b3-5fb5a3c3.pth")),
  TF_EFFICIENTNET_B4(
      448,
      tensorflow(4),
      timm("tf_efficientnet_b4_aa-818f208c.pth"),
      melas("efficientnet-b4-6ed6700e.pth")),
  /** EfficientNet-B5 after block 35: MS-Flow. */
  EFFICIENTNET_B5_BLOCK35(
      768, () -> new EfficientNet(EfficientNet.Variant.tensorflow(5), List.of(35))),
  /** EfficientNet-B5 after block 35 at three sizes: CS-Flow. */
  MS_EFFICIENTNET_B5(
      768,
      () ->
          new MsEfficientNet(new EfficientNet(EfficientNet.Variant.tensorflow(5), List.of(35)), 3)),
  SWIN_T(
      448,
      () -> new Swin(Swin.Variant.TINY),
      microsoft("swin_tiny_patch4_window7_224.pth"),
      torchvision("swin_t-704ceda3.pth")),
  SWIN_S(
      448,
      () -> new Swin(Swin.Variant.SMALL),
      microsoft("swin_small_patch4_window7_224.pth"),
      torchvision("swin_s-5e29d889.pth")),
  SWIN_B(
      448,
      () -> new Swin(Swin.Variant.BASE),
      microsoft("swin_base_patch4_window7_224.pth"),
      torchvision("swin_b-68c6b09e.pth")),
  SWIN_B_384(
      384, () -> new Swin(Swin.Variant.BASE_384), microsoft("swin_base_patch4_window12_384.pth")),
  MVITV2_T(224, () -> new MViT(MViT.Variant.TINY), mvit("MViTv2_T_in1k.pyth")),
  MVITV2_S(224, () -> new MViT(MViT.Variant.SMALL), mvit("MViTv2_S_in1k.pyth")),
  MVITV2_B(224, () -> new MViT(MViT.Variant.BASE), mvit("MViTv2_B_in1k.pyth")),
  DEIT_B_DISTILLED_384(
      384,
      () -> new Deit(Deit.Variant.BASE_384),
      deit("deit_base_distilled_patch16_384-d0272ac0.pth")),
  /** AlexNet at three sizes, averaged over the image: DifferNet. */
  ALEXNET(AlexNet.INPUT_SIZE, AlexNet::new, torchvision("alexnet-owt-7be5be79.pth")),
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
   * @throws IllegalArgumentException listing the names nearest to it
   */
  public static Backbone named(String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
    for (Backbone backbone : values()) {
      if (backbone.name().equals(wanted) || backbone.isPublishedAs(wanted)) {
        return backbone;
      }
    }
    List<String> ids = Arrays.stream(values()).map(Backbone::id).toList();
    throw new IllegalArgumentException(
        "no extractor %s; nearest of the %s known are %s"
            .formatted(name, values().length, String.join(", ", NearestNames.of(name, ids))));
  }

  /** The name on the command line and in model files, as in {@code wide-resnet50-2}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Height and width of the input if the user names none. */
  public int inputSize() {
    return inputSize;
  }

  /** The network; {@link #PATCH_PCA} with its default settings. */
  public FeatureExtractor extractor() {
    return extractor.get();
  }

  /**
   * Files that its weights can be read from, any one of them; none if it is made of the {@link
   * #networks} of others or learns from the training images.
   */
  public List<PublishedFile> files() {
    return files;
  }

  /** The networks with a file each that it is made of, in the order of their scales. */
  public List<Backbone> networks() {
    return switch (this) {
      case MS_CAIT -> List.of(CAIT_M48, CAIT_S24);
      case WIDE_RESNET50_2_LAYERS_2_4 -> List.of(WIDE_RESNET50_2);
      case EFFICIENTNET_B5_BLOCK35, MS_EFFICIENTNET_B5 -> List.of(EFFICIENTNET_B5);
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
        name, "Meta AI (facebookresearch/deit, dl.fbaipublicfiles.com/deit)", "Apache-2.0");
  }

  private static PublishedFile mvit(String name) {
    return new PublishedFile(
        name,
        "Meta AI (facebookresearch/mvit, dl.fbaipublicfiles.com/mvit/mvitv2_models)",
        "Apache-2.0");
  }

  private static PublishedFile microsoft(String name) {
    return new PublishedFile(name, "Microsoft (GitHub releases of SwinTransformer/storage)", "MIT");
  }

  private static PublishedFile melas(String name) {
    return new PublishedFile(
        name,
        "Luke Melas-Kyriazi (GitHub releases of lukemelas/EfficientNet-PyTorch)",
        "Apache-2.0");
  }

  private static Supplier<FeatureExtractor> pytorch(int number) {
    return () -> new EfficientNet(EfficientNet.Variant.pytorch(number));
  }

  private static Supplier<FeatureExtractor> tensorflow(int number) {
    return () -> new EfficientNet(EfficientNet.Variant.tensorflow(number));
  }

  /** Returns whether the row is one whole network that was published under that name. */
  private boolean isPublishedAs(String name) {
    return networks().equals(List.of(this)) && extractor().name().equalsIgnoreCase(name);
  }
}
