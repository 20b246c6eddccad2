package dev.flowline.data.synthesis;

import dev.flowline.io.Image;
import dev.flowline.random.SplitMix64;
import java.util.Objects;

/**
 * Makes anomalies up on images of good parts. The same settings, textures, image and seed give the
 * same bits on every machine, by any number of threads. Immutable and thread safe.
 */
public final class AnomalySynthesis {
  private final SynthesisSettings settings;
  private final Textures textures;

  /** Makes the synthesis that takes each image as its own texture. */
  public AnomalySynthesis(SynthesisSettings settings) {
    this(settings, Textures.none());
  }

  public AnomalySynthesis(SynthesisSettings settings, Textures textures) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.textures = Objects.requireNonNull(textures, "textures");
  }

  /** An anomaly of a kind drawn by the settings' weights. */
  public SynthesizedAnomaly apply(Image good, long seed) {
    SynthesisSettings.Kinds kinds = settings.kinds();
    double drawn =
        SplitMix64.of(seed, 0).next() * (kinds.perlin() + kinds.cutPaste() + kinds.scar());
    if (drawn < kinds.perlin()) {
      return apply(good, seed, AnomalyKind.PERLIN);
    }
    return apply(
        good,
        seed,
        drawn < kinds.perlin() + kinds.cutPaste() ? AnomalyKind.CUT_PASTE : AnomalyKind.SCAR);
  }

  /** An anomaly of this kind, whatever its weight. */
  public SynthesizedAnomaly apply(Image good, long seed, AnomalyKind kind) {
    Objects.requireNonNull(kind, "kind");
    Levels levels = Levels.of(good);
    boolean[] foreground =
        settings.foreground() == ForegroundKind.AUTO ? Foreground.of(levels) : null;
    float[] field = new float[good.height() * good.width()];
    MaskDraw masks = new MaskDraw(settings.area(), foreground, field);
    for (int draw = 0; draw < settings.area().draws(); draw++) {
      SplitMix64 random = SplitMix64.of(seed, 1 + kind.ordinal(), draw);
      draw(kind, good, random, foreground, field);
      boolean[] mask = masks.aboveZero();
      if (masks.isWithinBounds(mask)) {
        Blend blend = new Blend(levels, mask, settings.texture());
        blend.lay(overlay(kind, levels, random), opacity(random));
        if (masks.isWithinBounds(mask)) {
          return new SynthesizedAnomaly(blend.image(), mask, kind);
        }
      }
    }
    boolean[] mask = masks.highest();
    Blend blend = new Blend(levels, mask, settings.texture());
    blend.shiftByHalf();
    return new SynthesizedAnomaly(blend.image(), mask, kind);
  }

  private void draw(
      AnomalyKind kind, Image good, SplitMix64 random, boolean[] foreground, float[] field) {
    switch (kind) {
      case PERLIN -> Blotches.draw(settings.perlin(), random, good.height(), good.width(), field);
      case CUT_PASTE ->
          new Rectangles(random, good.height(), good.width(), foreground, field)
              .draw(settings.box());
      case SCAR ->
          new Rectangles(random, good.height(), good.width(), foreground, field)
              .draw(settings.scar());
    }
  }

  /** A piece of a whole picture for boxes and scars; for blotches one cut up and shuffled. */
  private TextureOverlay overlay(AnomalyKind kind, Levels levels, SplitMix64 random) {
    boolean blotches = kind == AnomalyKind.PERLIN;
    return new TextureOverlay(
        textures.pick(random, levels),
        new ColourChange(random, settings.texture().jitter(), blotches),
        settings.texture(),
        blotches && textures.count() == 0,
        levels.image().height(),
        levels.image().width(),
        random);
  }

  private float opacity(SplitMix64 random) {
    SynthesisSettings.Texture texture = settings.texture();
    return (float) random.between(texture.leastOpacity(), texture.mostOpacity());
  }
}
