package dev.flowline.extractor;

import dev.flowline.nn.Layers;
import dev.flowline.nn.Ops;
import java.util.ArrayList;
import java.util.List;

/** What the transformers share: values are tokens, (N, L, C), named as in timm. */
final class TokenLayers {
  private static final int MLP_RATIO = 4;

  private TokenLayers() {}

  /** Linear to four times the channels, GELU, linear back; over the last dimension. */
  static <V> V mlp(Ops<V> ops, String name, V x) {
    long channels = ops.shape(x)[ops.shape(x).length - 1];
    V y = ops.gelu(Layers.frozenLinear(ops, name + ".fc1", x, MLP_RATIO * channels));
    return Layers.frozenLinear(ops, name + ".fc2", y, channels);
  }

  /**
   * Queries, keys and values, (N, heads, L, width / heads) each.
   *
   * @param x (N, L, C)
   * @param width channels of each of the three, all heads together
   */
  static <V> List<V> queriesKeysValues(Ops<V> ops, String name, V x, int heads, long width) {
    long[] s = ops.shape(x);
    long d = width / heads;
    V qkv = Layers.frozenLinear(ops, name + ".qkv", x, 3 * width);
    qkv = ops.transpose(ops.reshape(qkv, s[0], s[1], 3, heads, d), 2, 0, 3, 1, 4);
    List<V> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      parts.add(ops.reshape(ops.slice(qkv, 0, i, i + 1), s[0], heads, s[1], d));
    }
    return parts;
  }

  /** The heads (N, heads, L, d) side by side, (N, L, heads·d), and a linear map over them. */
  static <V> V project(Ops<V> ops, String name, V heads) {
    long[] s = ops.shape(heads);
    V joined = ops.reshape(ops.transpose(heads, 0, 2, 1, 3), s[0], s[2], s[1] * s[3]);
    return Layers.frozenLinear(ops, name + ".proj", joined, s[1] * s[3]);
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
