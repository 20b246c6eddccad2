package dev.flowline.extractor;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The class-attention image transformer (Touvron, Cord, Sablayrolles, Synnaeve, Jégou, 2021) as a
 * feature extractor: patch embedding plus position embedding, the first blocks with talking-heads
 * attention and LayerScale, then the network's own final layer norm. No class token takes part. One
 * scale of stride 16.
 *
 * @param prefix what its parameters' names begin with, which then go on as in timm
 */
public record CaiT(Variant variant, String prefix) implements FeatureExtractor {
  private static final int PATCH = 16;
  private static final double EPSILON = 1e-6;

  /**
   * U-Flow [released] takes the features after block 40 of M48 (41 of 48 blocks) and after block 20
   * of S24 (21 of 24). The others are cut at the same depth: 21 of 24, 31 of 36.
   *
   * @param name as in timm
   * @param depth number of blocks of the whole network
   * @param blocks number of blocks in use
   * @param inputSize height and width that the position embedding was learned for
   */
  public record Variant(String name, int width, int depth, int heads, int blocks, int inputSize) {
    public static final Variant M48 = new Variant("cait_m48_448", 768, 48, 16, 41, 448);
    public static final Variant S24 = new Variant("cait_s24_224", 384, 24, 8, 21, 224);
    public static final Variant S36 = new Variant("cait_s36_384", 384, 36, 8, 31, 384);
    public static final Variant XS24 = new Variant("cait_xs24_384", 288, 24, 6, 21, 384);
    public static final Variant XXS24 = new Variant("cait_xxs24_224", 192, 24, 4, 21, 224);
    public static final Variant XXS36 = new Variant("cait_xxs36_224", 192, 36, 4, 31, 224);

    public Variant {
      TokenLayers.requireSizes(name, width, depth, heads, blocks, inputSize, PATCH);
    }
  }

  /** Makes a network that is an extractor by itself. */
  public CaiT(Variant variant) {
    this(variant, PREFIX);
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    String head = "cls_token|blocks_token_only\\..*|head(_dist)?\\..*|dist_token|";
    String later = PretrainedNetwork.layers("blocks", variant.blocks(), variant.depth());
    return List.of(
        PretrainedNetwork.of(
            this, prefix, variant.inputSize(), head + later, UnaryOperator.identity()));
  }

  @Override
  public NetworkFamily family() {
    return NetworkFamily.PLAIN_TRANSFORMER;
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    long grid = variant.inputSize() / PATCH;
    V x = TokenLayers.embedPatches(ops, prefix, images, variant.width(), PATCH);
    x = TokenLayers.addPositions(ops, prefix, x);
    for (int i = 0; i < variant.blocks(); i++) {
      String block = prefix + "blocks." + i;
      UnaryOperator<V> attention = y -> attention(ops, block + ".attn", y);
      V before = x;
      x = ops.part(() -> TokenLayers.block(ops, block, before, EPSILON, true, attention));
    }
    x = Layers.frozenLayerNorm(ops, prefix + "norm", x, EPSILON);
    return List.of(TokenLayers.toMap(ops, x, grid, grid));
  }

  @Override
  public List<Integer> strides() {
    return List.of(PATCH);
  }

  @Override
  public void requireInput(long height, long width) {
    InputSize.requireSquare(variant.name(), height, width, variant.inputSize());
  }

  private <V> V attention(Ops<V> ops, String name, V x) {
    return TokenLayers.selfAttention(ops, name, x, variant.heads(), true);
  }
}
