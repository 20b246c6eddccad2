package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.model.ModelKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ModelEntryTest {
  @Test
  void commasPartModelsAndColonsSettingsUnlessInBrackets() {
    List<ModelEntry> entries =
        ModelEntry.list(
            "u-flow,cs-flow:kernels=[3,5]:epochs=20:label=wide,"
                + "ms-flow:extractor=[efficientnet-b5:20,35]:input=64x96:parts=2");
    assertEquals(3, entries.size());
    ModelEntry plain = entries.get(0);
    assertEquals(ModelKind.U_FLOW, plain.kind());
    assertEquals("u-flow", plain.label());
    assertNull(plain.extractor());
    assertNull(plain.input());
    assertEquals(Map.of(), plain.settings());
    ModelEntry wide = entries.get(1);
    assertEquals("wide", wide.label());
    assertEquals(Map.of("kernels", "[3,5]"), wide.settings());
    assertEquals(Map.of("epochs", "20"), wide.training());
    ModelEntry layers = entries.get(2);
    assertEquals("efficientnet-b5:20,35", layers.extractor());
    assertEquals(new HeightWidth(64, 96), layers.input());
    assertEquals(Map.of("parts", "2"), layers.settings());
    assertEquals("ms-flow:extractor=[efficientnet-b5:20,35]:input=64x96:parts=2", layers.label());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "u-flow:steps | 'steps' in 'u-flow:steps' is not of the form NAME=VALUE",
        "u-flow:=4 | '=4' in 'u-flow:=4' is not of the form NAME=VALUE",
        "u-flow:steps= | 'steps=' in",
        "u-flow,,fastflow | no model ''",
        "cs-flow:kernels=[3 | brackets",
        "cs-flow:kernels=3] | brackets",
        "u-flow:input=big | 'big' is not H or HxW",
      })
  void whatCannotBeReadIsNamed(String text, String said) {
    var e = assertThrows(IllegalArgumentException.class, () -> ModelEntry.list(text));
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  /** Otherwise one of the two could not be set. */
  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void noModelHasASettingOfTheNamesThatEntriesHaveThemselves(ModelKind kind) {
    Map<?, ?> settings = new ObjectMapper().convertValue(kind.facts().settings(), Map.class);
    for (String name : ModelEntry.OWN) {
      assertFalse(settings.containsKey(name), kind + " has a setting " + name);
    }
  }
}
