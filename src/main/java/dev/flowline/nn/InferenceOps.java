package dev.flowline.nn;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * The reader for inspections. On the CPU and without gradients, libflowline computes convolutions
 * of 3 × 3 with stride 1 and whole flow steps, several times as fast as LibTorch; it packs their
 * weights once, and anew if these have changed. It also computes linear layers and the attention of
 * transformers. All else, and everything with gradients, is that of {@link TorchOps}; so are
 * values, but for rounding. Log-determinants of flow steps are NaN.
 *
 * <p>Any number of threads use it at once, but none while weights are changed.
 */
public final class InferenceOps extends TorchOps implements AutoCloseable {
  private static final long FEWEST_CHANNELS = 16; // fewer do not fill a vector
  private static final long MOST_PACKED_BYTES = 256L << 20;

  private final Parameters parameters;
  private final Map<Tensor, PackedConvolution> convolutions = new IdentityHashMap<>();
  private final Map<String, PackedFlowSteps> stages = new HashMap<>();
  private long packedBytes;
  private long packedVersion;

  /**
   * @param parameters must outlive this object
   */
  public InferenceOps(Parameters parameters) {
    super(parameters);
    this.parameters = parameters;
  }

  @Override
  public Tensor conv2d(Tensor x, Tensor weight, Tensor bias, int stride, int padding, int groups) {
    PackedConvolution packed = groups == 1 ? packed(weight, bias, stride, padding) : null;
    return packed == null
        ? super.conv2d(x, weight, bias, stride, padding, groups)
        : packed.forward(x, null, false);
  }

  @Override
  public Tensor rectifiedConv2d(
      Tensor x, Tensor weight, Tensor bias, int stride, int padding, Tensor summand) {
    if (GradMode.is_enabled()) {
      return super.rectifiedConv2d(x, weight, bias, stride, padding, summand);
    }
    PackedConvolution packed = packed(weight, bias, stride, padding);
    if (packed != null) {
      return packed.forward(x, summand, true);
    }
    Tensor y = super.conv2d(x, weight, bias, stride, padding, 1); // nobody else's, to be changed
    return (summand == null ? y : y.add_(summand)).relu_();
  }

  @Override
  public Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    return couples() && LinearLayer.fits(x, weight)
        ? LinearLayer.forward(x, weight, bias)
        : super.linear(x, weight, bias);
  }

  @Override
  public Optional<Tensor> attention(Tensor qkv, int heads, TalkingHeads<Tensor> talk) {
    return couples() && SelfAttention.fits(qkv, heads)
        ? Optional.of(SelfAttention.forward(qkv, heads, talk))
        : Optional.empty();
  }

  /** Returns a convolution without groups with its weights packed; null if LibTorch computes it. */
  private PackedConvolution packed(Tensor weight, Tensor bias, int stride, int padding) {
    return stride == 1 && padding == 1 && couples() ? packed(weight, bias) : null;
  }

  @Override
  public Optional<Coupling.Result<Tensor>> flowSteps(
      String name, Supplier<List<FlowStep<Tensor>>> steps, Tensor x) {
    if (!couples()) {
      return Optional.empty();
    }
    Tensor unknown = add(zeros(x.size(0)), Double.NaN);
    return Optional.of(new Coupling.Result<>(packed(name, steps, x.size(1)).forward(x), unknown));
  }

  /** Returns a convolution with its weights packed; null if it is none for libflowline. */
  private synchronized PackedConvolution packed(Tensor weight, Tensor bias) {
    dropIfStale();
    PackedConvolution known = convolutions.get(weight);
    if (known != null || !fits(weight)) {
      return known;
    }
    PackedConvolution packed = new PackedConvolution(weight, bias);
    packedBytes += PackedConvolution.bytes(weight.size(1), weight.size(0));
    convolutions.put(weight, packed);
    return packed;
  }

  private boolean fits(Tensor weight) {
    return weight.size(2) == 3
        && weight.size(3) == 3
        && Math.min(weight.size(0), weight.size(1)) >= FEWEST_CHANNELS
        && packedBytes + PackedConvolution.bytes(weight.size(1), weight.size(0))
            <= MOST_PACKED_BYTES
        && parameters.owns(weight);
  }

  private synchronized PackedFlowSteps packed(
      String name, Supplier<List<FlowStep<Tensor>>> steps, long channels) {
    dropIfStale();
    return stages.computeIfAbsent(
        name,
        key ->
            new PackedFlowSteps(
                steps.get(), permutation -> parameter(permutation, Init.PERMUTATION), channels));
  }

  private void dropIfStale() {
    long version = parameters.version();
    if (version != packedVersion) {
      drop();
      packedVersion = version;
    }
  }

  private void drop() {
    convolutions.values().forEach(PackedConvolution::close);
    convolutions.clear();
    stages.values().forEach(PackedFlowSteps::close);
    stages.clear();
    packedBytes = 0;
  }

  @Override
  public synchronized void close() {
    drop();
  }
}
