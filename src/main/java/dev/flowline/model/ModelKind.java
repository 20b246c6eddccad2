package dev.flowline.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.flowline.extractor.FeatureExtractor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The table of models: a name, the {@link Method} that it stands for, and what is known of it. */
public enum ModelKind {
  U_FLOW("u-flow", UFlow.class, UFlow.FACTS),
  FASTFLOW("fastflow", FastFlow.class, FastFlow.FACTS, FastFlow::of),
  CS_FLOW("cs-flow", CsFlow.class, CsFlow.FACTS),
  CFLOW("cflow", CFlow.class, CFlow.FACTS),
  DIFFERNET("differnet", DifferNet.class, DifferNet.FACTS),
  MS_FLOW("ms-flow", MsFlow.class, MsFlow.FACTS),
  CL_FLOW("cl-flow", ClFlow.class, ClFlow.FACTS, ClFlow::of),
  PADIM("padim", Padim.class, Padim.FACTS);

  /**
   * What is known of a method.
   *
   * @param description its name, what it is, and who published it
   * @param reconstructed whether what is published does not say all of it, and ours fills the gaps
   * @param extractor the published one, by its name
   * @param inputSize height and width of the published input
   * @param settings the published ones, with that extractor
   * @param recipe the published training; null for a method that is fitted
   * @param costs published numbers of parameters and multiply-accumulates
   */
  public record Facts(
      String description,
      boolean reconstructed,
      String extractor,
      int inputSize,
      Method settings,
      PublishedRecipe recipe,
      List<PublishedCost> costs) {}

  private final String id;
  private final Class<? extends Method> method;
  private final Function<FeatureExtractor, Method> defaults;
  private final Facts facts;

  ModelKind(String id, Class<? extends Method> method, Facts facts) {
    this(id, method, facts, extractor -> facts.settings);
  }

  ModelKind(
      String id,
      Class<? extends Method> method,
      Facts facts,
      Function<FeatureExtractor, Method> defaults) {
    this.id = id;
    this.method = method;
    this.facts = facts;
    this.defaults = defaults;
  }

  /** The name in the command line and in model files. */
  @JsonValue
  public String id() {
    return id;
  }

  /** The name for people, which says so of a reconstruction. */
  public String title() {
    return facts.reconstructed ? id + " (reconstructed)" : id;
  }

  /** What is known of the method. */
  public Facts facts() {
    return facts;
  }

  /** The record that holds its settings. */
  Class<? extends Method> method() {
    return method;
  }

  /** The settings published for that extractor, or for the one most like it. */
  public Method defaults(FeatureExtractor extractor) {
    return defaults.apply(extractor);
  }

  /**
   * Returns the model of a name.
   *
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
