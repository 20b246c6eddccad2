package dev.flowline.tensor;

/** Where a tensor's memory lies. */
public enum Device {
  CPU,
  CUDA
}
