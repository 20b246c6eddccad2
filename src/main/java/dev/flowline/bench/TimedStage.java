package dev.flowline.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** A stage of one inspection, from the decoded image to the verdict. */
public enum TimedStage {
  /** Resizing, normalising and the statistics of the input. */
  @JsonProperty("preprocess")
  PREPROCESS,

  /** The extractor and the flow together: from the input to the latents. */
  @JsonProperty("network")
  NETWORK,

  /** From the input to the features; only an engine that runs it apart from the flow reports it. */
  @JsonProperty("extractor")
  EXTRACTOR,

  /** From the features to the latents; only an engine that runs it apart reports it. */
  @JsonProperty("flow")
  FLOW,

  /** The anomaly map, the test and the regions. */
  @JsonProperty("segmentation")
  SEGMENTATION,

  /** All of it, by the clock of the caller. */
  @JsonProperty("total")
  TOTAL;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
