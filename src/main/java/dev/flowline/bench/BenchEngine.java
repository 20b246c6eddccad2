package dev.flowline.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** An engine whose inspections are measured. */
public enum BenchEngine {
  @JsonProperty("libtorch")
  LIBTORCH,

  /** ONNX Runtime, which runs the extractor and the flow in one call. */
  @JsonProperty("onnxruntime")
  ONNXRUNTIME;

  /** Returns whether the engine reports the time of the extractor apart from that of the flow. */
  boolean reportsExtractor() {
    return this == LIBTORCH;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
