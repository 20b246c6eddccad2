package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.io.Safetensors;
import dev.flowline.io.StoredTensor;
import dev.flowline.nn.ParameterSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainedWeightsTest {
  private static final ResNet RESNET18 = new ResNet(ResNet.Variant.RESNET18);

  @TempDir Path folder;

  /** Convolution, then batch norm, on one position with one input: the definition. */
  @Test
  void batchNormsAreFolded() {
    Map<String, StoredTensor> state = torchvision(RESNET18.frozenParameters(16, 16));
    Map<String, StoredTensor> fitted = PretrainedWeights.fit(RESNET18, state);
    for (String[] names :
        new String[][] {{"conv1", "bn1"}, {"layer2.0.downsample.0", "layer2.0.downsample.1"}}) {
      StoredTensor weight = state.get(names[0] + ".weight");
      StoredTensor folded = fitted.get(FeatureExtractor.PREFIX + names[0] + ".weight");
      StoredTensor bias = fitted.get(FeatureExtractor.PREFIX + names[0] + ".bias");
      int fan = (int) (weight.elements() / weight.shape()[0]);
      for (int c = 0; c < weight.shape()[0]; c++) {
        double x = 1.7;
        double response = weight.get(c * fan + 3) * x;
        double expected =
            (response - state.get(names[1] + ".running_mean").get(c))
                    / Math.sqrt(state.get(names[1] + ".running_var").get(c) + 1e-5)
                    * state.get(names[1] + ".weight").get(c)
                + state.get(names[1] + ".bias").get(c);
        assertEquals(expected, folded.get(c * fan + 3) * x + bias.get(c), 1e-5);
      }
    }
  }

  @Test
  void wrappersPrefixesDoNotMatter() {
    Map<String, StoredTensor> state = torchvision(RESNET18.frozenParameters(16, 16));
    for (String prefix :
        List.of("module.", "model.", "backbone.", "model.feature_extractor.extractor.")) {
      Map<String, StoredTensor> wrapped = new LinkedHashMap<>();
      state.forEach((name, t) -> wrapped.put(prefix + name, t));
      wrapped.put("model.flow.module_list.0.w_perm", StoredTensor.of(new long[] {0}, 1));
      Frozen.assertSameWeights(RESNET18, state, wrapped);
    }
  }

  /** Beside a second network of the same kind, with other values, and what its training needs. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "encoder_q. encoder_k. queue",
        "module.encoder_q. module.encoder_k. module.queue",
        "teacher.backbone. student.backbone. teacher.head.weight",
        "student.backbone. student.head. center",
        "net.base.encoder. decoder. loss.weight",
      })
  void thePartThatFitsIsTakenOutOfALargerNetwork(String prefixes) {
    String[] names = prefixes.split(" ");
    Map<String, StoredTensor> state = torchvision(RESNET18.frozenParameters(16, 16));
    Map<String, StoredTensor> whole = new LinkedHashMap<>();
    boolean twins = names[1].contains("encoder_k") || names[1].contains("student.backbone");
    state.forEach(
        (name, tensor) -> {
          StoredTensor twin = StoredTensor.of(new float[(int) tensor.elements()], tensor.shape());
          whole.put(names[1] + (twins ? name : name + ".other"), twin);
        });
    state.forEach((name, tensor) -> whole.put(names[0] + name, tensor));
    whole.put(names[0] + "fc.0.weight", StoredTensor.of(new float[4], 2, 2));
    whole.put(names[2], StoredTensor.of(new float[4], 2, 2));
    Frozen.assertSameWeights(RESNET18, state, whole);
  }

  @Test
  void weightsThatAreNoNumbersAreNamed() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      Map<String, StoredTensor> state = new LinkedHashMap<>();
      state.put("fc.weight", null); // before all others
      state.putAll(torchvision(RESNET18.frozenParameters(16, 16)));
      state.put("fc.weight", StoredTensor.of(new float[] {wrong}, 1, 1)); // which nobody reads
      float[] mean = state.get("layer1.0.bn1.running_mean").toFloats();
      mean[5] = wrong;
      state.put("layer1.0.bn1.running_mean", StoredTensor.of(mean, mean.length));
      new Safetensors(Map.of(), state).write(file);
      var e =
          assertThrows(
              IOException.class,
              () -> PretrainedWeights.load(Backbone.RESNET18, List.of(file), Optional.empty()));
      assertEquals(
          file
              + " has weights that are no numbers, tensor layer1.0.bn1.running_mean: 1 of its 64 values are NaN or infinite: download the file again, or take weights of a training that went well",
          e.getMessage());
      var fit =
          assertThrows(
              IllegalArgumentException.class, () -> PretrainedWeights.fit(RESNET18, state));
      assertTrue(fit.getMessage().contains("layer1.0.bn1.running_mean"), fit.getMessage());
    }
  }

  @Test
  void publicExtrasOfCaitAreAccepted() {
    CaiT cait = new CaiT(CaiT.Variant.XXS24);
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    for (ParameterSpec spec : cait.frozenParameters(224, 224)) {
      state.put("module." + spec.name().substring(FeatureExtractor.PREFIX.length()), zeros(spec));
    }
    int used = state.size();
    for (String extra :
        List.of("cls_token", "blocks_token_only.0.gamma_1", "head.weight", "blocks.23.gamma_1")) {
      state.put("module." + extra, StoredTensor.of(new float[1], 1));
    }
    assertEquals(used, PretrainedWeights.fit(cait, state).size());
    state.put("module.blocks.24.gamma_1", StoredTensor.of(new float[1], 1));
    var e = assertThrows(IllegalArgumentException.class, () -> PretrainedWeights.fit(cait, state));
    assertEquals(
        "does not fit cait_xxs24_224; missing: none; unexpected: blocks.24.gamma_1; wrong shape: none",
        e.getMessage());
  }

  @Test
  void aWrongFileSaysWhatItIsAndWhatIsWrong() throws IOException {
    Map<String, StoredTensor> state = torchvision(RESNET18.frozenParameters(16, 16));
    Path file = folder.resolve("weights.safetensors");
    new Safetensors(Map.of(), state).write(file);
    var e =
        assertThrows(
            IOException.class,
            () -> PretrainedWeights.load(Backbone.RESNET34, List.of(file), Optional.empty()));
    assertTrue(e.getMessage().startsWith(file + " does not fit resnet34"), e.getMessage());
    assertTrue(e.getMessage().contains("it has the weights of resnet18"), e.getMessage());
    assertTrue(e.getMessage().contains("layer1.2.conv1.weight"), e.getMessage());

    state.put("layer1.0.conv1.weight", StoredTensor.of(new float[64 * 64], 64, 64, 1, 1));
    state.put("stranger", StoredTensor.of(new float[1], 1));
    state.remove("conv1.weight");
    var all =
        assertThrows(IllegalArgumentException.class, () -> PretrainedWeights.fit(RESNET18, state));
    assertTrue(all.getMessage().contains("missing: conv1.weight"), all.getMessage());
    assertTrue(all.getMessage().contains("stranger"), all.getMessage());
    assertTrue(
        all.getMessage()
            .contains("layer1.0.conv1.weight is [64, 64, 1, 1] instead of [64, 64, 3, 3]"),
        all.getMessage());
  }

  @Test
  void theFolderIsSearchedByPublicNames() throws IOException {
    var absent =
        assertThrows(
            IOException.class,
            () -> PretrainedWeights.load(Backbone.MS_CAIT, List.of(), Optional.of(folder)));
    for (String part : List.of("M48_448.pth", "S24_224.pth", "FLOWLINE_WEIGHTS", "" + folder)) {
      assertTrue(absent.getMessage().contains(part), absent.getMessage());
    }
    new Safetensors(Map.of(), torchvision(RESNET18.frozenParameters(16, 16)))
        .write(folder.resolve("resnet18-f37072fd.pth")); // told by content, not by name
    assertEquals(
        RESNET18.frozenParameters(16, 16).size(),
        PretrainedWeights.load(Backbone.RESNET18, List.of(), Optional.of(folder)).size());
    assertTrue(PretrainedWeights.load(Backbone.PATCH_PCA, List.of(), Optional.empty()).isEmpty());
    assertThrows(
        IllegalArgumentException.class,
        () -> PretrainedWeights.load(Backbone.PATCH_PCA, List.of(folder), Optional.empty()));
  }

  @Test
  void namesAreLookedUpForgivingly() throws IOException {
    assertEquals(Backbone.WIDE_RESNET50_2, Backbone.named("wide_resnet50_2"));
    assertEquals(Backbone.CAIT_M48, Backbone.named("cait_m48_448"));
    assertEquals(Backbone.MS_CAIT, Backbone.named("MS-CaiT"));
    var e = assertThrows(IllegalArgumentException.class, () -> Backbone.named("resnet19"));
    assertEquals(
        "no extractor resnet19; nearest of the %d known are resnet18, resnet34, resnet50"
            .formatted(Backbone.values().length),
        e.getMessage());
    var typing = assertThrows(IllegalArgumentException.class, () -> Backbone.named("Swim-T"));
    assertTrue(typing.getMessage().contains("known are swin-t,"), typing.getMessage());
    assertEquals(Backbone.EFFICIENTNET_B5, Backbone.named("tf_efficientnet_b5"));
    assertEquals(Backbone.SWIN_B_384, Backbone.named("swin_base_patch4_window12_384"));
    ObjectMapper json = new ObjectMapper();
    for (Backbone backbone : Backbone.values()) {
      assertEquals(backbone, Backbone.named(backbone.id()));
      ExtractorConfig config = ExtractorConfig.of(backbone);
      String text = json.writeValueAsString(config);
      assertEquals(config, json.readValue(text, ExtractorConfig.class));
      assertEquals(backbone.extractor(), config.create());
    }
    String begun =
        assertThrows(IllegalArgumentException.class, () -> Backbone.named("deit-b")).getMessage();
    assertTrue(begun.contains("known are deit-b-distilled-384"), begun);
  }

  /** The state dict that torchvision would have for these folded convolutions. */
  private static Map<String, StoredTensor> torchvision(Collection<ParameterSpec> specs) {
    Random random = new Random(1);
    Map<String, StoredTensor> state = new LinkedHashMap<>();
    for (ParameterSpec spec : specs) {
      String name = spec.name().substring(FeatureExtractor.PREFIX.length());
      if (name.endsWith(".weight")) {
        state.put(name, Frozen.random(random, spec.shape()));
        continue;
      }
      String norm =
          name.replace(".bias", "")
              .replaceFirst("conv(\\d)$", "bn$1")
              .replace("downsample.0", "downsample.1");
      int channels = (int) spec.shape()[0];
      state.put(norm + ".weight", Frozen.random(random, channels));
      state.put(norm + ".bias", Frozen.random(random, channels));
      state.put(norm + ".running_mean", Frozen.random(random, channels));
      float[] variance = new float[channels];
      for (int i = 0; i < channels; i++) {
        variance[i] = 0.1f + random.nextFloat();
      }
      state.put(norm + ".running_var", StoredTensor.of(variance, channels));
      state.put(norm + ".num_batches_tracked", StoredTensor.of(new long[] {5}));
    }
    state.put("layer4.0.conv1.weight", StoredTensor.of(new float[1], 1, 1, 1, 1));
    state.put("fc.weight", StoredTensor.of(new float[1], 1, 1));
    return state;
  }

  private static StoredTensor zeros(ParameterSpec spec) {
    return StoredTensor.of(new float[(int) spec.elements()], spec.shape());
  }
}
