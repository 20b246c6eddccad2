package dev.flowline.peer;

import dev.flowline.extractor.FeatureExtractor;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.Parameters;
import dev.flowline.nn.TensorCopy;
import dev.flowline.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * The weights of an eager program, made of a model's so that both compute the same: batch norms are
 * taken out of the convolutions again, permutations become dense matrices. All tensors are copies
 * with the channels first, which this object owns.
 */
final class EagerWeights implements AutoCloseable {
  private final Parameters parameters;
  private final List<Pointer> owned = new ArrayList<>();
  private final List<Tensor> copies = new ArrayList<>(); // of owned

  /**
   * @param parameters of a model on the CPU; they need not stay open
   */
  EagerWeights(Parameters parameters) {
    this.parameters = parameters;
  }

  /** Returns a copy of a parameter. */
  Tensor copy(String name) {
    Tensor copy = own(stored(name));
    copies.add(copy);
    return copy;
  }

  /** Returns what {@link #copy} has copied, for a training: with gradients from now on. */
  List<Tensor> trained() {
    copies.forEach(copy -> copy.set_requires_grad(true));
    return List.copyOf(copies);
  }

  /** Returns the convolution of a flow, with its bias, stride 1. */
  EagerConvolution convolution(String name) {
    return new EagerConvolution(copy(name + ".weight"), optional(copy(name + ".bias")), 1);
  }

  /** Returns a linear layer with its bias. */
  EagerLinear linear(String name) {
    return new EagerLinear(copy(name + ".weight"), optional(copy(name + ".bias")));
  }

  /** Returns a layer normalisation over as many last dimensions as its weight has. */
  EagerLayerNorm layerNorm(String name, double epsilon) {
    Tensor weight = copy(name + ".weight");
    long[] shape = Tensors.shape(weight);
    return new EagerLayerNorm(shape, optional(weight), optional(copy(name + ".bias")), epsilon);
  }

  /** Returns whether the model has a parameter of that name. */
  boolean has(String name) {
    return parameters.get(name) != null;
  }

  /** Returns a permutation of channels as a matrix of zeros and ones, (C, C, 1, 1). */
  EagerConvolution permutation(String name) {
    long[] source = stored(name).toLongs();
    int channels = source.length;
    float[] matrix = new float[channels * channels];
    for (int c = 0; c < channels; c++) {
      matrix[c * channels + Math.toIntExact(source[c])] = 1;
    }
    StoredTensor dense = StoredTensor.of(matrix, channels, channels, 1, 1);
    return new EagerConvolution(own(dense), keep(new TensorOptional()), 1);
  }

  /**
   * Returns a convolution of the extractor and the batch norm behind it, whose statistics are
   * drawn: γ·(w·x − μ)/√(σ² + ε) + β is what the folded convolution of the model computes.
   *
   * @param name of the folded convolution in the extractor
   */
  NormalizedConvolution normalized(String name, int stride) {
    StoredTensor folded = stored(FeatureExtractor.PREFIX + name + ".weight");
    float[] weight = folded.toFloats();
    float[] bias = stored(FeatureExtractor.PREFIX + name + ".bias").toFloats();
    int channels = bias.length;
    float[] gamma = new float[channels];
    float[] beta = new float[channels];
    float[] mean = new float[channels];
    float[] variance = new float[channels];
    SplittableRandom random = new SplittableRandom(name.hashCode());
    int fan = weight.length / channels;
    for (int c = 0; c < channels; c++) {
      gamma[c] = (float) (0.5 + random.nextDouble());
      mean[c] = (float) (random.nextDouble() - 0.5);
      variance[c] = (float) (0.5 + random.nextDouble());
      double scale = gamma[c] / Math.sqrt(variance[c] + EagerBatchNorm.EPSILON);
      beta[c] = (float) (bias[c] + scale * mean[c]);
      for (int i = c * fan; i < (c + 1) * fan; i++) {
        weight[i] = (float) (weight[i] / scale);
      }
    }
    return new NormalizedConvolution(
        new EagerConvolution(
            own(StoredTensor.of(weight, folded.shape())), keep(new TensorOptional()), stride),
        new EagerBatchNorm(
            optional(own(StoredTensor.of(gamma, channels))),
            optional(own(StoredTensor.of(beta, channels))),
            optional(own(StoredTensor.of(mean, channels))),
            optional(own(StoredTensor.of(variance, channels)))));
  }

  /** Returns a tensor as an optional argument of LibTorch. */
  TensorOptional optional(Tensor tensor) {
    return keep(new TensorOptional(tensor));
  }

  private StoredTensor stored(String name) {
    Tensor tensor = parameters.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "the model has no parameter %s, it has %s"
              .formatted(name, Arrays.toString(parameters.specs().toArray())));
    }
    return TensorCopy.store(tensor);
  }

  private Tensor own(StoredTensor values) {
    return keep(TensorCopy.tensor(values));
  }

  private <P extends Pointer> P keep(P pointer) {
    owned.add(pointer);
    return pointer;
  }

  @Override
  public void close() {
    owned.forEach(Pointer::close);
    owned.clear();
  }
}
