package dev.flowline.extractor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds every row of the table to what the extractor's own class says. */
class BackboneTest {
  @ParameterizedTest
  @EnumSource(Backbone.class)
  void aRowNeedsAFileForEachOfItsNetworks(Backbone backbone) {
    List<String> filled =
        backbone.extractor().pretrained().stream().map(PretrainedNetwork::name).toList();
    List<String> named = backbone.networks().stream().map(b -> b.extractor().name()).toList();
    assertEquals(named, filled);
    boolean whole = backbone.networks().equals(List.of(backbone));
    assertEquals(whole, !backbone.files().isEmpty(), "files are those of one whole network");
  }

  @ParameterizedTest
  @EnumSource(Backbone.class)
  void theFrozenParametersAreThoseThatFilesFill(Backbone backbone) {
    FeatureExtractor extractor = backbone.extractor();
    if (backbone == Backbone.PATCH_PCA) {
      assertTrue(extractor.pretrained().isEmpty());
      return;
    }
    List<String> filled =
        extractor.pretrained().stream()
            .flatMap(network -> network.wanted().stream())
            .map(spec -> spec.name())
            .sorted()
            .toList();
    List<String> asked =
        extractor.frozenParameters(backbone.inputSize(), backbone.inputSize()).stream()
            .map(spec -> spec.name())
            .sorted()
            .toList();
    assertFalse(asked.isEmpty());
    assertEquals(asked, filled);
  }

  @ParameterizedTest
  @ValueSource(strings = {"efficientnet-b0:3,10", "swin-t:1,2", "mvitv2-t:1,2"})
  void layersBehindAColonReplaceTheUsualOnes(String name) throws IOException {
    FeatureExtractor extractor = ExtractorConfig.named(name, null, null).create();
    assertEquals(2, extractor.strides().size());
    assertEquals(List.of(8, 16), extractor.strides());
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18:1", "cait-s24:3", "ms-cait:1", "alexnet:1", "patch-pca:1"})
  void aNetworkWithoutAChoiceOfLayersRefusesThem(String name) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> ExtractorConfig.named(name, null, null));
    assertTrue(refused.getMessage().startsWith(name + " takes no layers"), refused.getMessage());
  }

  @Test
  void familiesAreThoseOfThePublishedSettings() {
    Map<NetworkFamily, List<Backbone>> families =
        Stream.of(Backbone.values()).collect(Collectors.groupingBy(b -> b.extractor().family()));
    assertEquals(
        List.of(Backbone.RESNET18, Backbone.RESNET34), families.get(NetworkFamily.SMALL_RESNET));
    List<Backbone> transformers = families.get(NetworkFamily.PLAIN_TRANSFORMER);
    assertTrue(transformers.containsAll(List.of(Backbone.MS_CAIT, Backbone.DEIT_B_DISTILLED_384)));
    assertTrue(
        families
            .get(NetworkFamily.OTHER)
            .containsAll(
                List.of(Backbone.SWIN_T, Backbone.MVITV2_T, Backbone.PATCH_PCA, Backbone.ALEXNET)));
  }
}
