package dev.flowline.detectability;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.data.synthesis.DefectKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The result of a study of what a model detects. All sizes are in pixels of the images.
 *
 * @param title such as the model's name
 * @param facts on model and images, by name, in the order shown
 * @param pixelPitch millimetres from one pixel of the images to the next; null if it is not known
 * @param falseAlarms beside which defects are found
 * @param cards the result of each kind at the main contrast, in a sentence
 * @param curves by kind and contrast
 * @param places where defects are found less often than elsewhere
 * @param real defects beside the made-up ones; null without
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DetectabilityResult(
    String title,
    Map<String, String> facts,
    Double pixelPitch,
    FalseAlarms falseAlarms,
    List<String> cards,
    List<KindCurve> curves,
    BlindPlaces places,
    RealDefects real) {
  public DetectabilityResult {
    cards = List.copyOf(cards);
    curves = List.copyOf(curves);
  }

  /**
   * Returns the result of a study.
   *
   * @param trials of the design's kinds and contrasts
   * @param real trials with real defects; empty if there are none
   * @throws IllegalArgumentException if defects have one size only
   */
  public static DetectabilityResult of(
      String title,
      Map<String, String> facts,
      Double pixelPitch,
      FalseAlarms falseAlarms,
      DefectDesign design,
      List<DefectTrial> trials,
      List<RealTrial> real) {
    List<KindCurve> curves = new ArrayList<>();
    for (DefectKind kind : design.kinds()) {
      for (double contrast : design.contrasts()) {
        curves.add(KindCurve.of(kind, contrast, trials));
      }
    }
    SizeUnit unit = new SizeUnit(pixelPitch);
    return new DetectabilityResult(
        title,
        facts,
        pixelPitch,
        falseAlarms,
        curves.stream()
            .filter(curve -> curve.contrast() == design.mainContrast())
            .map(curve -> curve.sentence(unit, falseAlarms))
            .toList(),
        curves,
        BlindPlaces.of(trials, curves),
        real.isEmpty() ? null : RealDefects.of(real, curves));
  }

  @JsonIgnore
  SizeUnit unit() {
    return new SizeUnit(pixelPitch);
  }

  /** Returns the result as a JSON object. */
  String json() {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
