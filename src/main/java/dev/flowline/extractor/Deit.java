package dev.flowline.extractor;

import dev.flowline.nn.Init;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The distilled data-efficient image transformer (Touvron, Cord, Douze, Massa, Sablayrolles, Jégou,
 * 2021) as a feature extractor: patches with a class token and a distillation token before them,
 * position embedding, the first blocks, the network's own final layer norm; then the two tokens are
 * left out. One scale of stride 16. Parameters are named as in timm.
 */
public record Deit(Variant variant) implements FeatureExtractor {
  private static final int PATCH = 16;
  private static final int EXTRA_TOKENS = 2;
  private static final double EPSILON = 1e-6;

  /**
   * @param name as in timm
   * @param depth number of blocks of the whole network
   * @param blocks number of blocks in use; FastFlow takes the output of block 7, that is 8
   * @param inputSize height and width that the position embedding was learned for
   */
  public record Variant(String name, int width, int depth, int heads, int blocks, int inputSize) {
    public static final Variant BASE_384 =
        new Variant("deit_base_distilled_patch16_384", 768, 12, 12, 8, 384);

    public Variant {
      TokenLayers.requireSizes(name, width, depth, heads, blocks, inputSize, PATCH);
    }
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    String later = PretrainedNetwork.layers("blocks", variant.blocks(), variant.depth());
    return List.of(
        PretrainedNetwork.of(
            this, variant.inputSize(), "head(_dist)?\\..*|" + later, UnaryOperator.identity()));
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
    V x = TokenLayers.embedPatches(ops, PREFIX, images, variant.width(), PATCH);
    x = ops.concat(List.of(token(ops, "cls_token", s[0]), token(ops, "dist_token", s[0]), x), 1);
    x = TokenLayers.addPositions(ops, PREFIX, x);
    for (int i = 0; i < variant.blocks(); i++) {
      String block = PREFIX + "blocks." + i;
      UnaryOperator<V> attention = y -> attention(ops, block + ".attn", y);
      V before = x;
      x = ops.part(() -> TokenLayers.block(ops, block, before, EPSILON, false, attention));
    }
    x = Layers.frozenLayerNorm(ops, PREFIX + "norm", x, EPSILON);
    V patches = ops.slice(x, 1, EXTRA_TOKENS, EXTRA_TOKENS + grid * grid);
    return List.of(TokenLayers.toMap(ops, patches, grid, grid));
  }

  @Override
  public List<Integer> strides() {
    return List.of(PATCH);
  }

  @Override
  public void requireInput(long height, long width) {
    InputSize.requireSquare(variant.name(), height, width, variant.inputSize());
  }

  /** The same token for every image of the batch. */
  private <V> V token(Ops<V> ops, String name, long batch) {
    V token = ops.parameter(PREFIX + name, Init.FROZEN, 1, 1, variant.width());
    return ops.indexSelect(token, 0, new long[Math.toIntExact(batch)]);
  }

  private <V> V attention(Ops<V> ops, String name, V x) {
    return TokenLayers.selfAttention(ops, name, x, variant.heads(), false);
  }
}
