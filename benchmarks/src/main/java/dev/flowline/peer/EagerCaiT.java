package dev.flowline.peer;

import dev.flowline.extractor.CaiT;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A class-attention image transformer as an eager program runs it, as far as it is an extractor:
 * the patches' blocks and the last norm, without class attention, which Flowline does not compute
 * either.
 */
final class EagerCaiT {
  private static final int PATCH = 16;
  private static final double EPSILON = 1e-6;

  private final EagerConvolution patches;
  private final Tensor positions; // (1, L, C)
  private final List<Block> blocks = new ArrayList<>();
  private final EagerLayerNorm norm;
  private final long grid;

  /** x + γ₁·attention(norm(x)), then x + γ₂·mlp(norm(x)), operation by operation. */
  private record Block(
      EagerLayerNorm norm1,
      EagerTalkingHeads attention,
      Tensor gamma1,
      EagerLayerNorm norm2,
      EagerLinear first,
      EagerLinear second,
      Tensor gamma2) {
    Tensor apply(Tensor x) {
      try (Tensor normed = norm1.apply(x);
          Tensor attended = attention.apply(normed);
          Tensor scaled = gamma1.mul(attended);
          Tensor middle = x.add(scaled);
          Tensor normedAgain = norm2.apply(middle);
          Tensor hidden = first.apply(normedAgain);
          Tensor active = torch.gelu(hidden);
          Tensor made = second.apply(active);
          Tensor scaledAgain = gamma2.mul(made)) {
        return middle.add(scaledAgain);
      }
    }
  }

  EagerCaiT(CaiT network, EagerWeights weights) {
    CaiT.Variant variant = network.variant();
    String prefix = network.prefix();
    grid = variant.inputSize() / PATCH;
    patches = weights.convolution(prefix + "patch_embed.proj");
    positions = weights.copy(prefix + "pos_embed");
    norm = weights.layerNorm(prefix + "norm", EPSILON);
    for (int i = 0; i < variant.blocks(); i++) {
      String name = prefix + "blocks." + i;
      blocks.add(
          new Block(
              weights.layerNorm(name + ".norm1", EPSILON),
              new EagerTalkingHeads(
                  variant.heads(),
                  weights.linear(name + ".attn.qkv"),
                  weights.linear(name + ".attn.proj_l"),
                  weights.linear(name + ".attn.proj_w"),
                  weights.linear(name + ".attn.proj")),
              weights.copy(name + ".gamma_1"),
              weights.layerNorm(name + ".norm2", EPSILON),
              weights.linear(name + ".mlp.fc1"),
              weights.linear(name + ".mlp.fc2"),
              weights.copy(name + ".gamma_2")));
    }
  }

  /** Returns the features (N, C, H / 16, W / 16); the caller frees them. */
  Tensor features(Tensor images) {
    Tensor x = embed(images);
    for (Block block : blocks) {
      Tensor next = block.apply(x);
      x.close();
      x = next;
    }
    try (Tensor last = x;
        Tensor normed = norm.apply(last);
        Tensor turned = normed.transpose(1, 2)) {
      return turned.reshape(last.size(0), last.size(2), grid, grid);
    }
  }

  private Tensor embed(Tensor images) {
    try (Tensor map = patches.embed(images);
        Tensor flat = map.flatten(2, 3);
        Tensor tokens = flat.transpose(1, 2)) {
      return tokens.add(positions);
    }
  }
}
