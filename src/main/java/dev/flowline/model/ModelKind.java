package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.flowline.flow.Flow;
import dev.flowline.flow.UShapedFlow;
import java.util.Arrays;
import java.util.List;

/** The table of models: a name and the flow that it puts over the features. */
public enum ModelKind {
  U_FLOW("u-flow", "U-shaped normalizing flow (Tailanian, Musé, Pardo 2024)") {
    @Override
    Flow flow(ModelConfig config, List<Long> channels) {
      return new UShapedFlow("flow", channels, config.steps(), config.softClamp());
    }
  };

  private final String id;
  private final String description;

  ModelKind(String id, String description) {
    this.id = id;
    this.description = description;
  }

  abstract Flow flow(ModelConfig config, List<Long> channels);

  /** The name in the command line and in model files. */
  @JsonValue
  public String id() {
    return id;
  }

  public String description() {
    return description;
  }

  /**
   * @throws IllegalArgumentException listing the known names
   */
  @JsonCreator
  public static ModelKind of(String id) {
    return Arrays.stream(values())
        .filter(kind -> kind.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no model '"
                        + id
                        + "'; known: "
                        + Arrays.stream(values()).map(ModelKind::id).toList()));
  }

  @Override
  public String toString() {
    return id;
  }
}
