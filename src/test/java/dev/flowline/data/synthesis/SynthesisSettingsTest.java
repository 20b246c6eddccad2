package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.flowline.data.synthesis.SynthesisSettings.Area;
import dev.flowline.data.synthesis.SynthesisSettings.Box;
import dev.flowline.data.synthesis.SynthesisSettings.Kinds;
import dev.flowline.data.synthesis.SynthesisSettings.Perlin;
import dev.flowline.data.synthesis.SynthesisSettings.Scar;
import dev.flowline.data.synthesis.SynthesisSettings.Texture;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SynthesisSettingsTest {
  /**
   * @param name as messages have it
   * @param usual the record with all else as it should be
   */
  private record Bound(String name, Record usual, double least, double most) {}

  static List<Bound> bounds() {
    SynthesisSettings usual = SynthesisSettings.DEFAULT;
    Record box = new Box(0.02, 0.15, 3.3, 2);
    Record scar = new Scar(0.008, 0.03, 0.06, 0.3, 3);
    Record texture = new Texture(8, 4, 0.2, 1, 0.3, 0.06);
    return List.of(
        new Bound("kinds.perlin", usual.kinds(), 0, 1),
        new Bound("kinds.cutPaste", usual.kinds(), 0, 1),
        new Bound("kinds.scar", usual.kinds(), 0, 1),
        new Bound("perlin.largestExponent", usual.perlin(), 0, 5),
        new Bound("perlin.threshold", usual.perlin(), 0, 0.9),
        new Bound("box.leastArea", new Box(0.02, 1, 3.3, 2), 1e-6, 1),
        new Bound("box.mostArea", box, 0.02, 1),
        new Bound("box.mostAspect", box, 1, 100),
        new Bound("box.mostBoxes", box, 1, 100),
        new Bound("scar.leastWidth", new Scar(0.008, 1, 0.06, 0.3, 3), 1e-6, 1),
        new Bound("scar.mostWidth", scar, 0.008, 1),
        new Bound("scar.leastLength", new Scar(0.008, 0.03, 0.06, 2, 3), 1e-6, 2),
        new Bound("scar.mostLength", scar, 0.06, 2),
        new Bound("scar.mostScars", scar, 1, 100),
        new Bound("texture.gridRows", texture, 1, 64),
        new Bound("texture.gridColumns", texture, 1, 64),
        new Bound("texture.leastOpacity", texture, 0.01, 1),
        new Bound("texture.mostOpacity", texture, 0.2, 1),
        new Bound("texture.jitter", texture, 0, 1),
        new Bound("texture.leastContrast", texture, 0, 0.4),
        new Bound("area.least", usual.area(), 0, 0.01),
        new Bound("area.most", usual.area(), 0.02, 1),
        new Bound("area.draws", usual.area(), 1, 1000));
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void everySettingIsHeldToItsBounds(Bound bound) {
    assertDoesNotThrow(() -> with(bound, bound.least()));
    assertDoesNotThrow(() -> with(bound, bound.most()));
    boolean whole = isWhole(bound);
    double step = whole ? 1 : 1e-9;
    for (double value : new double[] {bound.least() - step, bound.most() + step}) {
      assertRefused(bound, value);
    }
    if (!whole) {
      assertRefused(bound, Double.NaN);
      assertRefused(bound, Double.POSITIVE_INFINITY);
    }
  }

  private static void assertRefused(Bound bound, double value) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> with(bound, value));
    assertEquals(
        "%s must be in [%s, %s], got %s"
            .formatted(bound.name(), bound.least(), bound.most(), value),
        e.getMessage());
  }

  private static int place(Bound bound) {
    String component = bound.name().substring(bound.name().indexOf('.') + 1);
    return Arrays.stream(bound.usual().getClass().getRecordComponents())
        .map(RecordComponent::getName)
        .toList()
        .indexOf(component);
  }

  private static boolean isWhole(Bound bound) {
    return bound.usual().getClass().getRecordComponents()[place(bound)].getType() == int.class;
  }

  /** The record with one component changed. */
  private static void with(Bound bound, double value) throws Throwable {
    RecordComponent[] components = bound.usual().getClass().getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = components[i].getAccessor().invoke(bound.usual());
    }
    int place = place(bound);
    values[place] = types[place] == int.class ? (Object) (int) value : (Object) value;
    Constructor<?> constructor = bound.usual().getClass().getDeclaredConstructor(types);
    try {
      constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Test
  void theTableKnowsEverySetting() {
    int settings = 0;
    for (Class<?> group :
        List.of(Kinds.class, Perlin.class, Box.class, Scar.class, Texture.class, Area.class)) {
      settings += group.getRecordComponents().length;
    }
    assertEquals(settings, bounds().stream().map(Bound::name).distinct().count());
  }

  @Test
  void oneKindAtLeastMustBeDrawn() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> new Kinds(0, 0, 0));
    assertEquals("kinds must have one above 0, got none", e.getMessage());
  }

  @Test
  void whatIsMissingIsNamed() {
    SynthesisSettings u = SynthesisSettings.DEFAULT;
    assertMissing("kinds", () -> settings(null, u.perlin(), u.box(), u.scar()));
    assertMissing("perlin", () -> settings(u.kinds(), null, u.box(), u.scar()));
    assertMissing("box", () -> settings(u.kinds(), u.perlin(), null, u.scar()));
    assertMissing("scar", () -> settings(u.kinds(), u.perlin(), u.box(), null));
    assertMissing("texture", () -> RandomGood.settings(null, u.area()));
    assertMissing("area", () -> RandomGood.settings(u.texture(), null));
    assertMissing(
        "foreground",
        () ->
            new SynthesisSettings(
                u.kinds(), u.perlin(), u.box(), u.scar(), u.texture(), u.area(), null));
  }

  private static void settings(Kinds kinds, Perlin perlin, Box box, Scar scar) {
    SynthesisSettings u = SynthesisSettings.DEFAULT;
    new SynthesisSettings(kinds, perlin, box, scar, u.texture(), u.area(), u.foreground());
  }

  private static void assertMissing(String name, Executable made) {
    assertEquals(name, assertThrows(NullPointerException.class, made).getMessage());
  }
}
