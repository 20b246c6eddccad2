package dev.flowline.extractor;

import dev.flowline.nn.Init;
import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import dev.flowline.nn.TalkingHeads;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The layers that transformers share: values are tokens, (N, L, C), named as in timm. */
final class TokenLayers {
  private static final int MLP_RATIO = 4;

  private TokenLayers() {}

  /**
   * Refuses sizes that are none of a transformer of one resolution.
   *
   * @param depth number of blocks of the whole network, of which {@code blocks} are in use
   * @throws IllegalArgumentException naming all of them
   */
  static void requireSizes(
      String name, int width, int depth, int heads, int blocks, int inputSize, int patch) {
    if (width % heads != 0 || blocks < 1 || blocks > depth || inputSize % patch != 0) {
      throw new IllegalArgumentException(
          "%s: width %s, heads %s, %s of %s blocks, input %s"
              .formatted(name, width, heads, blocks, depth, inputSize));
    }
  }

  /** Embeds the square patches of images, row by row; (N, L, width). */
  static <V> V embedPatches(Ops<V> ops, String prefix, V images, int width, int patch) {
    String name = prefix + "patch_embed.proj";
    return toTokens(ops, Layers.frozenConv2d(ops, name, images, width, patch, patch, 0));
  }

  /** Adds the learned position embedding, one vector per token. */
  static <V> V addPositions(Ops<V> ops, String prefix, V x) {
    long[] s = ops.shape(x);
    return ops.add(x, ops.parameter(prefix + "pos_embed", Init.FROZEN, 1, s[1], s[2]));
  }

  /**
   * A block that normalises before each of its halves: x + γ₁·attention(norm(x)), then x +
   * γ₂·mlp(norm(x)).
   *
   * @param layerScale whether the block has γ₁ and γ₂, one factor per channel; otherwise they are 1
   */
  static <V> V block(
      Ops<V> ops,
      String name,
      V x,
      double epsilon,
      boolean layerScale,
      UnaryOperator<V> attention) {
    V y = attention.apply(Layers.frozenLayerNorm(ops, name + ".norm1", x, epsilon));
    V middle = ops.add(x, layerScale ? scale(ops, name + ".gamma_1", y) : y);
    y = mlp(ops, name + ".mlp", Layers.frozenLayerNorm(ops, name + ".norm2", middle, epsilon));
    return ops.add(middle, layerScale ? scale(ops, name + ".gamma_2", y) : y);
  }

  private static <V> V scale(Ops<V> ops, String name, V y) {
    return ops.multiply(y, ops.parameter(name, Init.FROZEN, ops.shape(y)[2]));
  }

  /** Linear to four times the channels, GELU, linear back; over the last dimension. */
  static <V> V mlp(Ops<V> ops, String name, V x) {
    long channels = ops.shape(x)[ops.shape(x).length - 1];
    V y = ops.gelu(Layers.frozenLinear(ops, name + ".fc1", x, MLP_RATIO * channels));
    return Layers.frozenLinear(ops, name + ".fc2", y, channels);
  }

  /**
   * Attention of tokens to each other, and a linear map over the heads' channels.
   *
   * @param x (N, L, C)
   * @param talking whether the heads talk, see {@link TalkingHeads}
   */
  static <V> V selfAttention(Ops<V> ops, String name, V x, int heads, boolean talking) {
    long width = ops.shape(x)[2];
    V qkv = Layers.frozenLinear(ops, name + ".qkv", x, 3 * width);
    TalkingHeads<V> talk = talking ? talkingHeads(ops, name, heads) : null;
    V joined =
        ops.attention(qkv, heads, talk)
            .orElseGet(() -> join(ops, attend(ops, parts(ops, qkv, heads), talk)));
    return Layers.frozenLinear(ops, name + ".proj", joined, width);
  }

  private static <V> V attend(Ops<V> ops, List<V> qkv, TalkingHeads<V> talk) {
    V a = similarities(ops, qkv.get(0), qkv.get(1));
    a = talk == null ? a : mix(ops, a, talk.scores(), talk.scoreBias());
    a = ops.softmax(a, 3);
    a = talk == null ? a : mix(ops, a, talk.shares(), talk.shareBias());
    return ops.matmul(a, qkv.get(2));
  }

  private static <V> TalkingHeads<V> talkingHeads(Ops<V> ops, String name, int heads) {
    return new TalkingHeads<>(
        ops.parameter(name + ".proj_l.weight", Init.FROZEN, heads, heads),
        ops.parameter(name + ".proj_l.bias", Init.FROZEN, heads),
        ops.parameter(name + ".proj_w.weight", Init.FROZEN, heads, heads),
        ops.parameter(name + ".proj_w.bias", Init.FROZEN, heads));
  }

  /**
   * A linear map over the head axis of (N, heads, L, L): a 1×1 convolution that moves no memory.
   */
  private static <V> V mix(Ops<V> ops, V a, V weight, V bias) {
    long heads = ops.shape(weight)[0];
    return ops.conv2d(a, ops.reshape(weight, heads, heads, 1, 1), bias, 1, 0);
  }

  /**
   * Queries, keys and values, (N, heads, L, width / heads) each.
   *
   * @param x (N, L, C)
   * @param width channels of each of the three, all heads together
   */
  static <V> List<V> queriesKeysValues(Ops<V> ops, String name, V x, int heads, long width) {
    return parts(ops, Layers.frozenLinear(ops, name + ".qkv", x, 3 * width), heads);
  }

  private static <V> List<V> parts(Ops<V> ops, V joined, int heads) {
    long[] s = ops.shape(joined);
    long d = s[2] / 3 / heads;
    V qkv = joined;
    qkv = ops.transpose(ops.reshape(qkv, s[0], s[1], 3, heads, d), 2, 0, 3, 1, 4);
    List<V> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      parts.add(ops.reshape(ops.slice(qkv, 0, i, i + 1), s[0], heads, s[1], d));
    }
    return parts;
  }

  /** The heads (N, heads, L, d) side by side, (N, L, heads·d), and a linear map over them. */
  static <V> V project(Ops<V> ops, String name, V heads) {
    V joined = join(ops, heads);
    return Layers.frozenLinear(ops, name + ".proj", joined, ops.shape(joined)[2]);
  }

  private static <V> V join(Ops<V> ops, V heads) {
    long[] s = ops.shape(heads);
    return ops.reshape(ops.transpose(heads, 0, 2, 1, 3), s[0], s[2], s[1] * s[3]);
  }

  /** Inner products of queries and keys, scaled by 1/√d; (N, heads, Lq, Lk). */
  static <V> V similarities(Ops<V> ops, V queries, V keys) {
    double scale = 1 / Math.sqrt(ops.shape(queries)[3]);
    return ops.matmul(ops.multiply(queries, scale), ops.transpose(keys, 0, 1, 3, 2));
  }

  /** Tokens in row-major order as a map (N, C, H, W). */
  static <V> V toMap(Ops<V> ops, V tokens, long height, long width) {
    long[] s = ops.shape(tokens);
    return ops.reshape(ops.transpose(tokens, 0, 2, 1), s[0], s[2], height, width);
  }

  /** A map (N, C, H, W) as tokens in row-major order. */
  static <V> V toTokens(Ops<V> ops, V map) {
    long[] s = ops.shape(map);
    return ops.transpose(ops.reshape(map, s[0], s[1], s[2] * s[3]), 0, 2, 1);
  }
}
