package dev.flowline.nn;

import dev.flowline.internal.LibFlowline;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The attention of tokens to each other in libflowline. */
final class SelfAttention {
  private static final long CHANNELS_OF_HEAD = 16; // a multiple of it
  private static final long MOST_TOKENS = 65536;
  private static final int MOST_HEADS = 1024;

  private SelfAttention() {}

  /**
   * Returns whether libflowline computes an attention.
   *
   * @param qkv (N, L, 3·heads·d)
   */
  static boolean fits(Tensor qkv, int heads) {
    return qkv.size(2) % (3 * heads * CHANNELS_OF_HEAD) == 0
        && qkv.size(0) > 0
        && qkv.size(1) <= MOST_TOKENS
        && heads <= MOST_HEADS
        && qkv.scalar_type().intern() == ScalarType.Float;
  }

  /**
   * Computes an attention; see {@link Ops#attention}.
   *
   * @param qkv (N, L, 3·heads·d) float32
   * @param talk null for none
   * @return (N, L, heads·d)
   */
  static Tensor forward(Tensor qkv, int heads, TalkingHeads<Tensor> talk) {
    Tensor input = qkv.contiguous();
    long width = input.size(2) / 3;
    long channels = width / heads;
    Tensor output = torch.empty(input.size(0), input.size(1), width);
    List<Tensor> read = new ArrayList<>(List.of(input, output));
    long first = input.data_ptr().address();
    try (LibFlowline.Attention attention = new LibFlowline.Attention()) {
      attention.scale((float) (1 / Math.sqrt(channels)));
      attention.batch(input.size(0)).tokens(input.size(1));
      attention.heads(heads).head_channels(channels);
      attention.batch_stride(input.size(1) * 3 * width).token_stride(3 * width);
      attention.queries(first);
      attention.keys(first + width * Float.BYTES).values(first + 2 * width * Float.BYTES);
      if (talk != null) { // on the bias of scores no softmax depends
        attention.mix_scores(address(talk.scores(), read));
        attention.mix_shares(address(talk.shares(), read));
        attention.share_bias(address(talk.shareBias(), read));
      }
      LayerContexts.run(
          context ->
              LibFlowline.flowline_attention_forward(
                  context, attention, output.data_ptr().address()));
    }
    Reference.reachabilityFence(read);
    return output;
  }

  private static long address(Tensor tensor, List<Tensor> read) {
    Tensor dense = tensor.contiguous();
    read.add(dense);
    return dense.data_ptr().address();
  }
}
