package dev.flowline.peer;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Attention with talking heads as an eager program runs it (Touvron et al., 2021; Shazeer et al.,
 * 2020): a linear layer for queries, keys and values, and linear layers over the heads, for which
 * these become the last dimension.
 */
record EagerTalkingHeads(
    int heads, EagerLinear qkv, EagerLinear scores, EagerLinear shares, EagerLinear projection) {
  private static final long[] HEADS_LAST = {0, 2, 3, 1};
  private static final long[] HEADS_SECOND = {0, 3, 1, 2};

  /** Returns the attention of x (N, L, C), of the same shape. */
  Tensor apply(Tensor x) {
    long images = x.size(0);
    long tokens = x.size(1);
    long width = x.size(2);
    long channels = width / heads;
    try (Tensor joined = qkv.apply(x);
        Tensor shaped = joined.reshape(images, tokens, 3, heads, channels);
        Tensor parts = shaped.permute(2, 0, 3, 1, 4);
        Tensor queries = parts.select(0, 0);
        Tensor scaled = queries.mul(new Scalar(1 / Math.sqrt(channels)));
        Tensor keys = parts.select(0, 1);
        Tensor values = parts.select(0, 2);
        Tensor turned = keys.transpose(2, 3);
        Tensor raw = scaled.matmul(turned);
        Tensor mixed = overHeads(scores, raw);
        Tensor softened = torch.softmax(mixed, 3);
        Tensor mixedAgain = overHeads(shares, softened);
        Tensor attended = mixedAgain.matmul(values);
        Tensor byToken = attended.transpose(1, 2);
        Tensor dense = byToken.reshape(images, tokens, width)) {
      return projection.apply(dense);
    }
  }

  private static Tensor overHeads(EagerLinear layer, Tensor a) {
    try (Tensor last = a.permute(HEADS_LAST);
        Tensor mixed = layer.apply(last)) {
      return mixed.permute(HEADS_SECOND);
    }
  }
}
