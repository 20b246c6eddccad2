package dev.flowline.extractor;

import dev.flowline.nn.Init;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The improved multiscale vision transformer, MViTv2 (Li, Wu, Fan, Mangalam, Xiong, Malik,
 * Feichtenhofer, 2022), as a feature extractor: attention over pooled keys and values with
 * decomposed relative positions and the pooled queries added to its result. The features are the
 * outputs of its stages, strides 4, 8, 16 and 32, with the trainable layer normalisation behind
 * each that ResNets get too, since they are sums of all blocks before. Parameters are named as in
 * timm.
 *
 * @param stages whose outputs are features, 0 to 3, ascending
 */
public record MViT(Variant variant, List<Integer> stages) implements FeatureExtractor {
  private static final int PATCH_KERNEL = 7;
  private static final int PATCH_STRIDE = 4;
  private static final int POOL_KERNEL = 3;
  private static final double EPSILON = 1e-6;

  /**
   * @param name as in timm
   * @param width channels of the first stage, which has one head; both double with each later one
   * @param depths number of blocks per stage
   * @param inputSize height and width that the relative positions were learned for
   */
  public record Variant(String name, int width, List<Integer> depths, int inputSize) {
    public static final Variant TINY = new Variant("mvitv2_tiny", 96, List.of(1, 2, 5, 2), 224);
    public static final Variant SMALL = new Variant("mvitv2_small", 96, List.of(1, 2, 11, 2), 224);
    public static final Variant BASE = new Variant("mvitv2_base", 96, List.of(2, 3, 16, 3), 224);

    public Variant {
      depths = List.copyOf(depths);
      if (inputSize % (PATCH_STRIDE << (depths.size() - 1)) != 0) {
        throw new IllegalArgumentException(
            "%s: input %s, %s stages".formatted(name, inputSize, depths.size()));
      }
    }
  }

  /**
   * A block.
   *
   * @param grid height and width of the map before it
   * @param queryStride by which it pools queries, and so its result
   * @param keyStride by which it pools keys and values
   */
  private record Block(
      String name, int grid, int heads, long width, int queryStride, int keyStride) {
    static Block of(Variant variant, int stage, int index) {
      boolean halves = stage > 0 && index == 0;
      int gridAfter = variant.inputSize() / PATCH_STRIDE >> stage;
      return new Block(
          PREFIX + "stages." + stage + ".blocks." + index,
          halves ? 2 * gridAfter : gridAfter,
          1 << stage,
          (long) variant.width() << stage,
          halves ? 2 : 1,
          Math.max(1, 4 >> stage));
    }
  }

  public MViT {
    stages = ChosenStages.checked(variant.name(), stages, variant.depths().size());
  }

  /** Makes the network with the features of all stages. */
  public MViT(Variant variant) {
    this(variant, ChosenStages.all(variant.depths().size()));
  }

  @Override
  public String name() {
    return variant.name();
  }

  @Override
  public List<PretrainedNetwork> pretrained() {
    List<Integer> depths = variant.depths();
    int last = stages.get(stages.size() - 1);
    String unused =
        "norm\\..*|head\\..*|" + PretrainedNetwork.layers("stages", last + 1, depths.size());
    return List.of(
        PretrainedNetwork.of(
            this,
            variant.inputSize(),
            unused,
            published -> TransformerNames.mvit(published, depths)));
  }

  @Override
  public Optional<FeatureExtractor> withTaps(List<Integer> chosen) {
    return Optional.of(new MViT(variant, chosen));
  }

  @Override
  public <V> List<V> features(Ops<V> ops, V images) {
    long[] s = ops.shape(images);
    requireInput(s[2], s[3]);
    V x =
        Layers.frozenConv2d(
            ops,
            PREFIX + "patch_embed.proj",
            images,
            variant.width(),
            PATCH_KERNEL,
            PATCH_STRIDE,
            PATCH_KERNEL / 2);
    x = TokenLayers.toTokens(ops, x);
    List<V> features = new ArrayList<>();
    for (int stage = 0; stage <= stages.get(stages.size() - 1); stage++) {
      for (int i = 0; i < variant.depths().get(stage); i++) {
        x = block(ops, Block.of(variant, stage, i), x);
      }
      if (stages.contains(stage)) {
        long grid = variant.inputSize() / PATCH_STRIDE >> stage;
        features.add(TokenLayers.toMap(ops, x, grid, grid));
      }
    }
    return features;
  }

  @Override
  public <V> List<V> normalize(Ops<V> ops, List<V> features) {
    return Normalizations.ofScales(ops, features);
  }

  @Override
  public List<Integer> strides() {
    return stages.stream().map(stage -> PATCH_STRIDE << stage).toList();
  }

  @Override
  public void requireInput(long height, long width) {
    InputSize.requireSquare(variant.name(), height, width, variant.inputSize());
  }

  private static <V> V block(Ops<V> ops, Block block, V x) {
    V y = Layers.frozenLayerNorm(ops, block.name() + ".norm1", x, EPSILON);
    V shortcut = x;
    if (ops.shape(x)[2] != block.width()) {
      shortcut = Layers.frozenLinear(ops, block.name() + ".shortcut_proj_attn", y, block.width());
    }
    if (block.queryStride() > 1) {
      V map = TokenLayers.toMap(ops, shortcut, block.grid(), block.grid());
      shortcut = TokenLayers.toTokens(ops, ops.maxPool2d(map, 3, block.queryStride(), 1));
    }
    x = ops.add(shortcut, attention(ops, block, y));
    y = Layers.frozenLayerNorm(ops, block.name() + ".norm2", x, EPSILON);
    return ops.add(x, TokenLayers.mlp(ops, block.name() + ".mlp", y));
  }

  private static <V> V attention(Ops<V> ops, Block block, V x) {
    String name = block.name() + ".attn";
    List<V> qkv = TokenLayers.queriesKeysValues(ops, name, x, block.heads(), block.width());
    V q = pool(ops, name, "q", qkv.get(0), block.grid(), block.queryStride());
    V k = pool(ops, name, "k", qkv.get(1), block.grid(), block.keyStride());
    V v = pool(ops, name, "v", qkv.get(2), block.grid(), block.keyStride());
    V a = TokenLayers.similarities(ops, q, k);
    a = ops.softmax(addRelativePositions(ops, block, a, q), 3);
    return TokenLayers.project(ops, name, ops.add(ops.matmul(a, v), q));
  }

  /**
   * Pools queries, keys or values, (N, heads, L, d), by a depthwise convolution, the same for all
   * heads, and a layer norm.
   *
   * @param part q, k or v
   */
  private static <V> V pool(Ops<V> ops, String name, String part, V x, int grid, int stride) {
    long[] s = ops.shape(x);
    int d = Math.toIntExact(s[3]);
    V map = TokenLayers.toMap(ops, ops.reshape(x, s[0] * s[1], s[2], d), grid, grid);
    V weight =
        ops.parameter(
            name + ".pool_" + part + ".weight", Init.FROZEN, d, 1, POOL_KERNEL, POOL_KERNEL);
    V y = TokenLayers.toTokens(ops, ops.conv2d(map, weight, null, stride, POOL_KERNEL / 2, d));
    y = Layers.frozenLayerNorm(ops, name + ".norm_" + part, y, EPSILON);
    return ops.reshape(y, s[0], s[1], ops.shape(y)[1], d);
  }

  /** Adds q·(r_h + r_w): a vector learned for every distance in rows, and in columns. */
  private static <V> V addRelativePositions(Ops<V> ops, Block block, V a, V q) {
    long[] s = ops.shape(q); // (N, heads, L, d)
    int rows = block.grid() / block.queryStride();
    int keys = block.grid() / block.keyStride();
    V grid = ops.reshape(q, s[0], s[1], rows, rows, s[3]);
    V byRow = distances(ops, block, "h", ops.transpose(grid, 2, 0, 1, 3, 4), rows, keys);
    V byColumn = distances(ops, block, "w", ops.transpose(grid, 3, 0, 1, 2, 4), rows, keys);
    byRow = ops.transpose(byRow, 1, 2, 0, 3, 4); // (N, heads, rows, columns, keys)
    byColumn = ops.transpose(byColumn, 1, 2, 3, 0, 4);
    V all = ops.reshape(a, s[0], s[1], rows, rows, keys, keys);
    all = ops.add(all, ops.reshape(byRow, s[0], s[1], rows, rows, keys, 1));
    all = ops.add(all, ops.reshape(byColumn, s[0], s[1], rows, rows, 1, keys));
    return ops.reshape(all, ops.shape(a));
  }

  /**
   * Inner products of queries with the vectors of their distances to each key along one side.
   *
   * @param q (positions, N, heads, positions across, d)
   * @return (positions, N, heads, positions across, keys)
   */
  private static <V> V distances(
      Ops<V> ops, Block block, String side, V q, int positions, int keys) {
    long[] s = ops.shape(q);
    int span = 2 * Math.max(positions, keys) - 1;
    V table = ops.parameter(block.name() + ".attn.rel_pos_" + side, Init.FROZEN, span, s[4]);
    double byQuery = Math.max(1, keys / (double) positions);
    double byKey = Math.max(1, positions / (double) keys);
    long[] index = new long[positions * keys];
    for (int i = 0; i < positions; i++) {
      for (int j = 0; j < keys; j++) {
        index[i * keys + j] = (long) (i * byQuery + (keys - 1 - j) * byKey);
      }
    }
    V vectors = ops.reshape(ops.indexSelect(table, 0, index), positions, keys, s[4]);
    V flat = ops.reshape(q, s[0], s[1] * s[2] * s[3], s[4]);
    V products = ops.matmul(flat, ops.transpose(vectors, 0, 2, 1));
    return ops.reshape(products, s[0], s[1], s[2], s[3], keys);
  }
}
