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
      if (width % heads != 0 || blocks < 1 || blocks > depth || inputSize % PATCH != 0) {
        throw new IllegalArgumentException(
            "%s: width %d, heads %d, %d of %d blocks, input %d"
                .formatted(name, width, heads, blocks, depth, inputSize));
      }
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
    V x = embed(ops, images);
    for (int i = 0; i < variant.blocks(); i++) {
      x = block(ops, PREFIX + "blocks." + i, x);
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

  /** The class token, the distillation token, the patches in row-major order; (N, 2 + L, C). */
  private <V> V embed(Ops<V> ops, V images) {
    int c = variant.width();
    V x = Layers.frozenConv2d(ops, PREFIX + "patch_embed.proj", images, c, PATCH, PATCH, 0);
    x = TokenLayers.toTokens(ops, x);
    long n = ops.shape(x)[0];
    x = ops.concat(List.of(token(ops, "cls_token", n), token(ops, "dist_token", n), x), 1);
    long tokens = ops.shape(x)[1];
    return ops.add(x, ops.parameter(PREFIX + "pos_embed", Init.FROZEN, 1, tokens, c));
  }

  /** The same token for every image of the batch. */
  private <V> V token(Ops<V> ops, String name, long batch) {
    V token = ops.parameter(PREFIX + name, Init.FROZEN, 1, 1, variant.width());
    return ops.indexSelect(token, 0, new long[Math.toIntExact(batch)]);
  }

  private <V> V block(Ops<V> ops, String name, V x) {
    V y = Layers.frozenLayerNorm(ops, name + ".norm1", x, EPSILON);
    x = ops.add(x, attention(ops, name + ".attn", y));
    y = Layers.frozenLayerNorm(ops, name + ".norm2", x, EPSILON);
    return ops.add(x, TokenLayers.mlp(ops, name + ".mlp", y));
  }

  private <V> V attention(Ops<V> ops, String name, V x) {
    List<V> qkv = TokenLayers.queriesKeysValues(ops, name, x, variant.heads(), variant.width());
    V a = ops.softmax(TokenLayers.similarities(ops, qkv.get(0), qkv.get(1)), 3);
    return TokenLayers.project(ops, name, ops.matmul(a, qkv.get(2)));
  }
}
