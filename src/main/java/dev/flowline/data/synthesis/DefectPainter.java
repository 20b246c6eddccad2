package dev.flowline.data.synthesis;

import dev.flowline.io.Image;
import dev.flowline.random.SplitMix64;
import dev.flowline.segmentation.FieldOfView;
import java.util.Objects;

/**
 * A painter of made-up defects of known kind, size and contrast on one good image, each at a random
 * place: uniform over the pixels in view that are on the object, if the image shows one, as far as
 * the defect lies within the image. The same arguments give the same bits on every machine.
 */
public final class DefectPainter {
  private static final int DRAWS = 1000; // of a place, before all pixels are looked through
  private static final int SOURCES = 32; // from which a pasted patch is chosen

  private final Levels good;
  private final boolean[] foreground; // null for everywhere
  private final FieldOfView view; // null for the whole image

  /**
   * Makes a painter.
   *
   * @param foreground whether defects lie on the object, if the image shows one
   * @param view in pixels of the image, in which the centres of defects lie; null for all of it
   * @throws IllegalArgumentException if the view has another size
   */
  public DefectPainter(Image good, ForegroundKind foreground, FieldOfView view) {
    if (view != null && (view.height() != good.height() || view.width() != good.width())) {
      throw new IllegalArgumentException(
          "view must have the size of the image, %s x %s, got %s x %s"
              .formatted(good.height(), good.width(), view.height(), view.width()));
    }
    this.good = Levels.of(good);
    this.foreground = foreground == ForegroundKind.AUTO ? Foreground.of(this.good) : null;
    this.view = view;
  }

  /** Returns whether the image shows an object, on which the defects lie. */
  public boolean hasObject() {
    return foreground != null;
  }

  /**
   * Paints one defect.
   *
   * @param size longest extent in pixels, at least 1
   * @param contrast mean difference to the good image, as a share of the span of its samples, in
   *     (0, 1]; a pasted patch is the one of some whose difference is nearest to it
   * @throws IllegalArgumentException if one is out of its bounds, or no place holds the defect
   */
  public PlacedDefect paint(DefectKind kind, double size, double contrast, long seed) {
    Objects.requireNonNull(kind, "kind");
    if (!(size >= 1) || !(contrast > 0 && contrast <= 1)) {
      throw new IllegalArgumentException(
          "size must be at least 1 and contrast in (0, 1], got %s and %s"
              .formatted(size, contrast));
    }
    SplitMix64 random = SplitMix64.of(seed, kind.ordinal());
    DefectOutline outline = DefectOutline.of(kind, size, random);
    int[] centre = place(outline.reach(), true, random);
    if (centre == null) {
      throw new IllegalArgumentException(
          "no place in view holds a defect of %s pixels within an image of %s x %s (width x height): take smaller sizes"
              .formatted(Math.round(size), good.image().width(), good.image().height()));
    }
    DefectPatch patch = new DefectPatch(good, outline, centre[0], centre[1], random);
    if (kind == DefectKind.CUT_PASTE) {
      pasteNearest(patch, outline, contrast, random);
    } else {
      patch.shift(contrast, random.sign());
    }
    return patch.painted(size);
  }

  /** Pastes the patch of some random places whose difference is nearest to a contrast. */
  private void pasteNearest(
      DefectPatch patch, DefectOutline outline, double contrast, SplitMix64 random) {
    double nearest = Double.POSITIVE_INFINITY;
    int[] best = null;
    for (int i = 0; i < SOURCES; i++) {
      int[] source = place(outline.reach(), false, random);
      patch.paste(source[0], source[1]);
      double off = Math.abs(patch.contrast() - contrast);
      if (off < nearest) {
        nearest = off;
        best = source;
      }
    }
    patch.paste(best[0], best[1]);
  }

  /**
   * Draws a pixel around which a circle lies within the image.
   *
   * @param inView whether it must be in view
   * @return row and column; null if there is none
   */
  private int[] place(double reach, boolean inView, SplitMix64 random) {
    int height = good.image().height();
    int width = good.image().width();
    int margin = (int) Math.ceil(reach);
    int rows = height - 2 * margin;
    int columns = width - 2 * margin;
    if (rows < 1 || columns < 1) {
      return null;
    }
    for (int draw = 0; draw < DRAWS; draw++) {
      int y = margin + random.below(rows);
      int x = margin + random.below(columns);
      if (isPlace(y, x, inView)) {
        return new int[] {y, x};
      }
    }
    int start = random.below(rows * columns);
    for (int i = 0; i < rows * columns; i++) {
      int at = (start + i) % (rows * columns);
      int y = margin + at / columns;
      int x = margin + at % columns;
      if (isPlace(y, x, inView)) {
        return new int[] {y, x};
      }
    }
    return null;
  }

  private boolean isPlace(int y, int x, boolean inView) {
    boolean onObject = foreground == null || foreground[y * good.image().width() + x];
    return onObject && (!inView || view == null || view.contains(y, x));
  }
}
