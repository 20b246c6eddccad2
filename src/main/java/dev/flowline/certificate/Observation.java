package dev.flowline.certificate;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The outcome of a command, as a line of a logbook holds it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ObservedDrift.class, name = "drift"),
  @JsonSubTypes.Type(value = ObservedDecisions.class, name = "decisions"),
  @JsonSubTypes.Type(value = Recalibration.class, name = "calibration")
})
public sealed interface Observation permits ObservedDrift, ObservedDecisions, Recalibration {
  /** Returns the outcome in words. */
  String inWords();
}
