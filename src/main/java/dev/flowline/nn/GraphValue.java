package dev.flowline.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * A value in the graph of an ONNX model that is being written.
 *
 * @param name of the tensor in the graph
 * @param shape dimensions, slowest first; {@link OnnxOps#BATCH} stands for any number of images
 * @param constant what it is in every run, of this shape or a scalar; null if it depends on the
 *     images
 * @param affine how it follows from another value channel by channel; null if it does not
 */
public record GraphValue(String name, long[] shape, Tensor constant, ChannelAffine affine) {
  /**
   * A scale and a shift per channel of a value (N, C, H, W).
   *
   * @param of the value that is scaled
   * @param gain (C)
   * @param offset (C); null for 0
   */
  record ChannelAffine(GraphValue of, Tensor gain, Tensor offset) {}

  boolean isConstant() {
    return constant != null;
  }
}
