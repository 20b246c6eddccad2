package dev.flowline.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** An engine that computes latents, by the word of the command line and of JSON. */
public enum EngineKind {
  @JsonProperty("libtorch")
  LIBTORCH,

  /** ONNX Runtime, which runs the extractor and the flow in one call. */
  @JsonProperty("onnxruntime")
  ONNXRUNTIME;

  /** Returns whether the engine reports the time of the extractor apart from that of the flow. */
  public boolean reportsExtractor() {
    return this == LIBTORCH;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
