package dev.flowline.nn;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * The reader for inspections. On the CPU and without gradients, libflowline computes convolutions
 * of 3 × 3 with stride 1 and whole flow steps, several times as fast as LibTorch; it packs their
 * weights once, and anew if these have changed. It also computes linear layers and the attention of
 * transformers. All else, everything with gradients, and layers beyond the {@linkplain
 * PackingLimits limits} are those of {@link TorchOps}; so are values, but for rounding.
 * Log-determinants of the flow steps that it computes are NaN.
 *
 * <p>Any number of threads use it at once, but none while weights are changed.
 */
public final class InferenceOps extends TorchOps implements AutoCloseable {
  private static final long FEWEST_CHANNELS = 16; // fewer do not fill a vector

  private final Parameters parameters;
  private final PackingLimits limits;
  private final Map<Tensor, PackedConvolution> convolutions = new IdentityHashMap<>();
  private final Map<String, Optional<PackedFlowSteps>> stages = new HashMap<>();
  private final Set<Tensor> unpacked = // of stages beyond the limit
      Collections.newSetFromMap(new IdentityHashMap<>());
  private long convolutionBytes;
  private long stageBytes;
  private long packedVersion;

  /**
   * @param parameters must outlive this object
   */
  public InferenceOps(Parameters parameters) {
    this(parameters, PackingLimits.OF_MODEL);
  }

  /**
   * @param parameters must outlive this object
   * @param limits of the memory of packed weights
   */
  public InferenceOps(Parameters parameters, PackingLimits limits) {
    super(parameters);
    this.parameters = parameters;
    this.limits = limits;
  }

  /** Returns about how much memory packed weights take now, in bytes. */
  public synchronized long packedBytes() {
    return convolutionBytes + stageBytes;
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
    return packed(name, steps, x.size(1))
        .map(stage -> new Coupling.Result<>(stage.forward(x), add(zeros(x.size(0)), Double.NaN)));
  }

  /** Returns a convolution with its weights packed; null if it is none for libflowline. */
  private synchronized PackedConvolution packed(Tensor weight, Tensor bias) {
    dropIfStale();
    PackedConvolution known = convolutions.get(weight);
    if (known != null || !fits(weight)) {
      return known;
    }
    PackedConvolution packed = new PackedConvolution(weight, bias);
    convolutionBytes += PackedConvolution.bytes(weight);
    convolutions.put(weight, packed);
    return packed;
  }

  private boolean fits(Tensor weight) {
    return weight.size(2) == 3
        && weight.size(3) == 3
        && Math.min(weight.size(0), weight.size(1)) >= FEWEST_CHANNELS
        && convolutionBytes + PackedConvolution.bytes(weight) <= limits.convolutions()
        && !unpacked.contains(weight)
        && parameters.owns(weight);
  }

  /** Returns a stage with its weights packed; empty if they are beyond the limit. */
  private synchronized Optional<PackedFlowSteps> packed(
      String name, Supplier<List<FlowStep<Tensor>>> steps, long channels) {
    dropIfStale();
    Optional<PackedFlowSteps> known = stages.get(name);
    if (known != null) {
      return known;
    }
    List<FlowStep<Tensor>> all = steps.get();
    long bytes = PackedFlowSteps.bytes(all);
    if (stageBytes + bytes > limits.flowStages()) {
      for (FlowStep<Tensor> step : all) { // nor one by one: that would depend on what came before
        unpacked.addAll(List.of(step.firstWeight(), step.secondWeight()));
      }
      stages.put(name, Optional.empty());
      return Optional.empty();
    }
    PackedFlowSteps stage =
        new PackedFlowSteps(all, order -> parameter(order, Init.PERMUTATION), channels);
    stageBytes += bytes;
    stages.put(name, Optional.of(stage));
    return Optional.of(stage);
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
    stages.values().forEach(stage -> stage.ifPresent(PackedFlowSteps::close));
    stages.clear();
    unpacked.clear();
    convolutionBytes = 0;
    stageBytes = 0;
  }

  @Override
  public synchronized void close() {
    drop();
  }
}
