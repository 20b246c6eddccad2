package dev.flowline.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.TinyLine;
import dev.flowline.extractor.Backbone;
import dev.flowline.extractor.ExtractorConfig;
import dev.flowline.flow.SoftClamp;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MethodSettingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of(ModelKind.U_FLOW, UFlow.DEFAULT),
        Arguments.of(
            ModelKind.U_FLOW,
            new UFlow(3, SoftClamp.TANH_SCALED, UFlow.Arrangement.SEPARATE, null)),
        Arguments.of(ModelKind.U_FLOW, new UFlow(2, SoftClamp.ATAN, UFlow.Arrangement.U_SHAPED, 1)),
        Arguments.of(ModelKind.FASTFLOW, FastFlow.RESNET18),
        Arguments.of(ModelKind.FASTFLOW, FastFlow.WIDE),
        Arguments.of(ModelKind.FASTFLOW, FastFlow.TRANSFORMER),
        Arguments.of(ModelKind.CS_FLOW, CsFlow.DEFAULT),
        Arguments.of(ModelKind.CFLOW, new CFlow(3, 16, SoftClamp.TANH_SCALED, 32)),
        Arguments.of(ModelKind.DIFFERNET, DifferNet.DEFAULT),
        Arguments.of(ModelKind.MS_FLOW, MsFlow.of(6)),
        Arguments.of(ModelKind.CL_FLOW, ClFlow.DEFAULT),
        Arguments.of(ModelKind.CL_FLOW, withTextures("surfaces")));
  }

  private static Method withTextures(String folder) {
    return MethodSettings.with(
        ModelKind.CL_FLOW, ClFlow.DEFAULT, Map.of("base", "U_FLOW", "textures", folder));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void aConfigurationSurvivesJson(ModelKind kind, Method settings) throws IOException {
    ModelConfig config = TinyLine.config(kind, settings, 32, 64, 9);
    String text = JSON.writeValueAsString(config);
    assertEquals(config, JSON.readValue(text, ModelConfig.class), text);
    JsonNode object = JSON.readTree(text);
    assertEquals(kind.id(), object.path("model").asText());
    assertEquals(
        kind.method().getRecordComponents().length,
        object.path("settings").size()
            + (text.contains("\"scale\"") || kind != ModelKind.U_FLOW ? 0 : 1)
            + (text.contains("\"textures\"") || kind != ModelKind.CL_FLOW ? 0 : 1));
  }

  @Test
  void settingsOfAnotherModelAreRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> TinyLine.config(ModelKind.MS_FLOW, UFlow.DEFAULT, 32, 32, 0))
            .getMessage();
    assertTrue(message.contains("ms-flow cannot be set by UFlow"), message);
  }

  /** Model files of before there were positions by step and rotations are of models without. */
  @Test
  void settingsThatAFileDoesNotHaveAreOff() throws IOException {
    JsonNode cflow =
        JSON.readTree("{\"blocks\": 2, \"codeDimensions\": 8, \"softClamp\": \"TANH\"}");
    assertEquals(new CFlow(2, 8, SoftClamp.TANH, 0), MethodSettings.read(ModelKind.CFLOW, cflow));
    JsonNode differNet = JSON.readTree("{\"blocks\": 2, \"hidden\": [16, 8]}");
    assertEquals(
        new DifferNet(2, List.of(16L, 8L), 0, 0),
        MethodSettings.read(ModelKind.DIFFERNET, differNet));
  }

  @Test
  void anInspectionOfRotationsCostsAllOfThem() {
    Cost one = cost(new DifferNet(2, List.of(4L), 3, 0));
    Cost seven = cost(new DifferNet(2, List.of(4L), 3, 7));
    assertEquals(7 * one.flowMacs(), seven.flowMacs());
    assertEquals(7 * one.extractorMacs(), seven.extractorMacs());
    assertEquals(one.trainableParameters(), seven.trainableParameters());
  }

  private static Cost cost(DifferNet settings) {
    return Cost.of(TinyLine.config(ModelKind.DIFFERNET, settings, 32, 32, 0));
  }

  @Test
  void aMapIsNoVector() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> DifferNet.DEFAULT.flow(List.of(new long[] {1, 8, 4, 6})))
            .getMessage();
    assertTrue(message.contains("one vector an image") && message.contains("[8, 4, 6]"), message);
  }

  @Test
  void changesAreJsonOrWords() {
    Method changed =
        MethodSettings.with(
            ModelKind.FASTFLOW,
            FastFlow.RESNET18,
            Map.of("steps", "2", "kernels", "[5, 1]", "softClamp", "TANH_SCALED"));
    assertEquals(new FastFlow(2, List.of(5, 1), 1, SoftClamp.TANH_SCALED), changed);
    assertEquals(
        new UFlow(4, SoftClamp.TANH, UFlow.Arrangement.SEPARATE, null),
        MethodSettings.with(ModelKind.U_FLOW, UFlow.DEFAULT, Map.of("arrangement", "SEPARATE")));
  }

  @Test
  void aSettingWithinAnotherIsNamedByBoth() {
    ClFlow changed =
        (ClFlow)
            MethodSettings.with(
                ModelKind.CL_FLOW,
                ClFlow.on(FastFlow.RESNET18),
                Map.of("fastFlow.steps", "2", "base", "U_FLOW", "synthesis.area.draws", "7"));
    assertEquals(new FastFlow(2, List.of(3), 1, SoftClamp.TANH), changed.fastFlow());
    assertEquals(7, changed.synthesis().area().draws());
    assertEquals(UFlow.DEFAULT, changed.bare());
    assertEquals(0.5, changed.push());
  }

  @ParameterizedTest
  @CsvSource({
    "ms-flow, parts, 1, s (parts) must be at least 2",
    "ms-flow, steps, 4, no setting 'steps'",
    "ms-flow, kernels, [], at least one",
    "cs-flow, kernels, 3x3, settings of cs-flow",
    "u-flow, steps, 0, 'steps must be at least 1, got 0'",
    "u-flow, softClamp, SINE, 'softClamp must be one of [TANH, TANH_SCALED, ATAN], got SINE'",
    "fastflow, steps, many, settings of fastflow",
    "cflow, codeDimensions, 6, 'a positive multiple of 4, got 6'",
    "cflow, blocks, 0, blocks must be at least 1",
    "cflow, positionsByStep, -1, positionsByStep must be at least 0",
    "differnet, blocks, 0, blocks must be at least 1",
    "differnet, trainingRotations, -1, trainingRotations must be at least 0",
    "differnet, testRotations, -64, testRotations must be at least 0",
    "cl-flow, push, -1, 'push must be at least 0, got -1.0'",
    "cl-flow, smoothing, 1, 'smoothing must be in [0, 1), got 1.0'",
    "cl-flow, energyBound, 1, 'energyBound must be in (1, 100], got 1.0'",
    "cl-flow, guard, 0, 'guard must be above 0, got 0.0'",
    "cl-flow, negatives, 0, 'negatives must be at least 1, got 0'",
    "cl-flow, base, CS_FLOW, settings of cl-flow",
    "cl-flow, fastFlow.steps, 0, 'steps must be at least 1, got 0'",
    "cl-flow, fastFlow.parts, 2, 'no setting ''fastFlow.parts''; there are [hiddenRatio, kernels, '",
    "cl-flow, fastFlow.softClamp, SINE, fastFlow.softClamp must be one of",
    "cl-flow, push.steps, 2, has no parts",
    "cl-flow, slowFlow.steps, 2, no setting 'slowFlow.steps'"
  })
  void aWrongSettingIsOneClearLine(String model, String name, String value, String said) {
    ModelKind kind = ModelKind.of(model);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> MethodSettings.with(kind, kind.facts().settings(), Map.of(name, value)))
            .getMessage();
    assertTrue(message.contains(said), message);
    assertTrue(message.contains(model), message);
    assertFalse(message.contains("dev.flowline.model."), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void fastFlowIsSetAsPublishedForTheExtractor() {
    assertEquals(FastFlow.RESNET18, fastFlowOn(Backbone.RESNET18));
    assertEquals(FastFlow.WIDE, fastFlowOn(Backbone.WIDE_RESNET50_2));
    assertEquals(FastFlow.TRANSFORMER, fastFlowOn(Backbone.CAIT_M48));
    assertEquals(FastFlow.TRANSFORMER, fastFlowOn(Backbone.MS_CAIT));
  }

  private static Method fastFlowOn(Backbone backbone) {
    return ModelKind.FASTFLOW.defaults(backbone.extractor());
  }

  @Test
  void featuresThatDoNotFitAreNamed() {
    says("s = 40 does not fit 12 channels", ModelKind.MS_FLOW, MsFlow.of(40));
    says(
        "0 to 1, got 2",
        ModelKind.U_FLOW,
        new UFlow(4, SoftClamp.TANH, UFlow.Arrangement.U_SHAPED, 2));
  }

  /** As published of AlexNet's; of features with positions the means, which is ours. */
  @Test
  void differNetTakesOneVectorAnImage() {
    Cost cost = Cost.of(TinyLine.config(ModelKind.DIFFERNET, DifferNet.DEFAULT, 32, 32, 0));
    long channels = cost.shapes().features().stream().mapToLong(shape -> shape[1]).sum();
    assertEquals(1, cost.shapes().latents().size());
    assertArrayEquals(new long[] {1, channels, 1, 1}, cost.shapes().latents().get(0));
  }

  private static void says(String part, ModelKind kind, Method settings) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Cost.of(TinyLine.config(kind, settings, 32, 32, 0)))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  /** U-Flow's ablation: U-shaped, the same stages side by side, one scale alone. */
  @Test
  void theAlternativesOfUFlowDifferInWhatTheyCost() {
    Cost shaped = cost(new UFlow(2, SoftClamp.TANH));
    Cost separate = cost(new UFlow(2, SoftClamp.TANH, UFlow.Arrangement.SEPARATE, null));
    Cost fine = cost(new UFlow(2, SoftClamp.TANH, UFlow.Arrangement.U_SHAPED, 0));
    Cost coarse = cost(new UFlow(2, SoftClamp.TANH, UFlow.Arrangement.SEPARATE, 1));
    assertTrue(separate.trainableParameters() < shaped.trainableParameters());
    assertEquals(
        separate.trainableParameters(), fine.trainableParameters() + coarse.trainableParameters());
    assertEquals(separate.flowMacs(), fine.flowMacs() + coarse.flowMacs());
    assertEquals(1, fine.shapes().latents().size());
    assertFalse(
        java.util.Arrays.equals(fine.shapes().latents().get(0), coarse.shapes().latents().get(0)));
  }

  private static Cost cost(Method settings) {
    return Cost.of(TinyLine.config(ModelKind.U_FLOW, settings, 32, 32, 0));
  }

  /**
   * Checkpoints of older versions name the training that they belong to by these texts: another
   * name of a record or of its component would refuse them.
   */
  @Test
  void theTextsInCheckpointsStay() {
    Map<String, String> texts =
        Map.of(
            "u-flow",
            "UFlow[steps=4, softClamp=TANH, arrangement=U_SHAPED, scale=null]",
            "fastflow",
            "FastFlow[steps=8, kernels=[3, 1], hiddenRatio=1.0, softClamp=TANH]",
            "cs-flow",
            "CsFlow[kernels=[3, 3, 3, 5], hidden=1024]",
            "cflow",
            "CFlow[blocks=8, codeDimensions=128, softClamp=TANH, positionsByStep=256]",
            "differnet",
            "DifferNet[blocks=8, hidden=[2048, 2048, 2048], trainingRotations=4, testRotations=64]",
            "ms-flow",
            "MsFlow[parts=4, kernels=[3, 1, 3, 1], hidden=1024]",
            "cl-flow",
            "ClFlow[base=FASTFLOW, fastFlow=FastFlow[steps=8, kernels=[3, 1], hiddenRatio=1.0, softClamp=TANH], uFlow=UFlow[steps=4, softClamp=TANH, arrangement=U_SHAPED, scale=null], classification=0.5, pull=0.5, push=0.5, smoothing=0.1, energyBound=16.0, guard=0.5, warmUpEpochs=15, negatives=4, synthesis=SynthesisSettings[kinds=Kinds[perlin=0.5, cutPaste=0.25, scar=0.25], perlin=Perlin[largestExponent=5, threshold=0.5], box=Box[leastArea=0.02, mostArea=0.15, mostAspect=3.3, mostBoxes=2], scar=Scar[leastWidth=0.008, mostWidth=0.03, leastLength=0.06, mostLength=0.3, mostScars=3], texture=Texture[gridRows=8, gridColumns=4, leastOpacity=0.2, mostOpacity=1.0, jitter=0.3, leastContrast=0.06], area=Area[least=0.001, most=0.5, draws=20], foreground=AUTO], textures=null]");
    texts.forEach(
        (kind, text) -> assertEquals(text, ModelKind.of(kind).facts().settings().toString()));
    PublishedRecipe recipe = ModelKind.CFLOW.facts().recipe();
    assertEquals(
        "Rate[warmUpEpochs=2, from=0.1, decay=COSINE, to=0.001]", recipe.rate().toString());
    assertEquals(
        "Adam[learningRate=1.0E-4, beta1=0.9, beta2=0.999, epsilon=1.0E-8, weightDecay=1.0E-5]",
        ModelKind.U_FLOW.facts().recipe().adam().toString());
    assertEquals(
        "ExtractorConfig[name=patch-pca, patchPca=Settings[scales=3, filters=24, kernel=5], network=null]",
        ExtractorConfig.of(Backbone.PATCH_PCA).toString());
  }
}
