package dev.flowline.data.synthesis;

import java.util.Objects;

/**
 * The settings by which anomalies are made up. Areas are parts of the image's pixels, lengths parts
 * of its shorter side, contrasts parts of the span of its samples.
 *
 * @param kinds how often each kind is drawn
 * @param perlin blotches
 * @param box of {@link AnomalyKind#CUT_PASTE}
 * @param scar of {@link AnomalyKind#SCAR}
 * @param texture what is laid over the good image
 * @param area how much of the image is anomalous
 * @param foreground where anomalies may lie
 */
public record SynthesisSettings(
    Kinds kinds,
    Perlin perlin,
    Box box,
    Scar scar,
    Texture texture,
    Area area,
    ForegroundKind foreground) {

  /** Blotches as often as boxes and scars together; on the object where there is one. */
  public static final SynthesisSettings DEFAULT =
      new SynthesisSettings(
          new Kinds(0.5, 0.25, 0.25),
          new Perlin(5, 0.5),
          new Box(0.02, 0.15, 3.3, 2),
          new Scar(0.008, 0.03, 0.06, 0.3, 3),
          new Texture(8, 4, 0.2, 1, 0.3, 0.06),
          new Area(0.001, 0.5, 20),
          ForegroundKind.AUTO);

  public SynthesisSettings {
    Objects.requireNonNull(kinds, "kinds");
    Objects.requireNonNull(perlin, "perlin");
    Objects.requireNonNull(box, "box");
    Objects.requireNonNull(scar, "scar");
    Objects.requireNonNull(texture, "texture");
    Objects.requireNonNull(area, "area");
    Objects.requireNonNull(foreground, "foreground");
  }

  /**
   * Weights of the kinds: only their ratios count.
   *
   * @param perlin of {@link AnomalyKind#PERLIN}
   * @param cutPaste of {@link AnomalyKind#CUT_PASTE}
   * @param scar of {@link AnomalyKind#SCAR}
   */
  public record Kinds(double perlin, double cutPaste, double scar) {
    public Kinds {
      requireIn("kinds.perlin", perlin, 0, 1);
      requireIn("kinds.cutPaste", cutPaste, 0, 1);
      requireIn("kinds.scar", scar, 0, 1);
      if (perlin + cutPaste + scar <= 0) {
        throw new IllegalArgumentException("kinds must have one above 0, got none");
      }
    }
  }

  /**
   * Blotches: Perlin noise, turned by any angle, above a threshold.
   *
   * @param largestExponent cells along each axis are 2 to a power drawn from 0 to this
   * @param threshold on the noise, which lies in ±1
   */
  public record Perlin(int largestExponent, double threshold) {
    public Perlin {
      requireIn("perlin.largestExponent", largestExponent, 0, 5);
      requireIn("perlin.threshold", threshold, 0, 0.9);
    }
  }

  /**
   * Upright boxes.
   *
   * @param leastArea of one
   * @param mostArea of one
   * @param mostAspect of the longer side to the shorter
   * @param mostBoxes in an image: 1 to this many
   */
  public record Box(double leastArea, double mostArea, double mostAspect, int mostBoxes) {
    public Box {
      requireIn("box.leastArea", leastArea, 1e-6, 1);
      requireIn("box.mostArea", mostArea, leastArea, 1);
      requireIn("box.mostAspect", mostAspect, 1, 100);
      requireIn("box.mostBoxes", mostBoxes, 1, 100);
    }
  }

  /**
   * Thin boxes at any angle.
   *
   * @param leastWidth of one
   * @param mostWidth of one
   * @param leastLength of one
   * @param mostLength of one
   * @param mostScars in an image: 1 to this many
   */
  public record Scar(
      double leastWidth, double mostWidth, double leastLength, double mostLength, int mostScars) {
    public Scar {
      requireIn("scar.leastWidth", leastWidth, 1e-6, 1);
      requireIn("scar.mostWidth", mostWidth, leastWidth, 1);
      requireIn("scar.leastLength", leastLength, 1e-6, 2);
      requireIn("scar.mostLength", mostLength, leastLength, 2);
      requireIn("scar.mostScars", mostScars, 1, 100);
    }
  }

  /**
   * The texture that is laid over the good image, I' = I·(1 − M) + β·A·M + (1 − β)·I·M: a texture
   * of a folder, or the image itself, its colours changed, and of blotches cut in a grid and
   * shuffled.
   *
   * @param gridRows of the shuffled grid
   * @param gridColumns of the shuffled grid
   * @param leastOpacity of β
   * @param mostOpacity of β
   * @param jitter how far gain and offset of the colours are changed
   * @param leastContrast mean difference to the good image over each connected part of the mask;
   *     fainter parts are dropped
   */
  public record Texture(
      int gridRows,
      int gridColumns,
      double leastOpacity,
      double mostOpacity,
      double jitter,
      double leastContrast) {
    public Texture {
      requireIn("texture.gridRows", gridRows, 1, 64);
      requireIn("texture.gridColumns", gridColumns, 1, 64);
      requireIn("texture.leastOpacity", leastOpacity, 0.01, 1);
      requireIn("texture.mostOpacity", mostOpacity, leastOpacity, 1);
      requireIn("texture.jitter", jitter, 0, 1);
      requireIn("texture.leastContrast", leastContrast, 0, 0.4);
    }
  }

  /**
   * Bounds on the whole mask.
   *
   * @param least below it the anomaly is drawn again
   * @param most above it, likewise
   * @param draws after so many in vain one of the least area is forced
   */
  public record Area(double least, double most, int draws) {
    public Area {
      requireIn("area.least", least, 0, 0.01);
      requireIn("area.most", most, 0.02, 1);
      requireIn("area.draws", draws, 1, 1000);
    }
  }

  private static void requireIn(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s must be in [%s, %s], got %s".formatted(name, least, most, value));
    }
  }
}
