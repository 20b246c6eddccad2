package dev.flowline.model;

import dev.flowline.metrics.ConnectedComponents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a synthesised defect's mask says at the positions of latents: the labels of one negative
 * image.
 *
 * @param defective (H_l·W_l) by scale: the share of a position's area that the mask covers, in [0,
 *     1]
 * @param boxes by scale: around the mask's 8-connected components, each once, the largest component
 *     first; never more than {@link #MOST_BOXES}
 */
public record SurrogateLabels(List<float[]> defective, List<List<DefectBox>> boxes) {
  /** Perlin noise may leave hundreds of specks, whose boxes say nothing more. */
  public static final int MOST_BOXES = 16;

  /**
   * Some positions of a scale.
   *
   * @param bottom the row behind the last
   * @param right the column behind the last
   */
  public record DefectBox(int top, int left, int bottom, int right) {}

  /**
   * @param mask (height·width), true where defective
   * @param latents (1, C_l, H_l, W_l) by scale, each spread over the whole mask
   */
  public static SurrogateLabels of(boolean[] mask, int height, int width, List<long[]> latents) {
    if (mask.length != height * width) {
      throw new IllegalArgumentException(
          "mask must have %s pixels = %s·%s, has %s"
              .formatted(height * width, height, width, mask.length));
    }
    List<DefectBox> components = components(mask, height, width);
    List<float[]> defective = new ArrayList<>();
    List<List<DefectBox>> boxes = new ArrayList<>();
    for (long[] shape : latents) {
      int rows = (int) shape[2];
      int columns = (int) shape[3];
      defective.add(shares(mask, height, width, rows, columns));
      boxes.add(
          components.stream()
              .map(box -> scaled(box, height, width, rows, columns))
              .distinct()
              .toList());
    }
    return new SurrogateLabels(List.copyOf(defective), List.copyOf(boxes));
  }

  /** Boxes in pixels around the largest components. */
  private static List<DefectBox> components(boolean[] mask, int height, int width) {
    ConnectedComponents components = ConnectedComponents.of(mask, width, 8);
    int[] top = new int[components.count()];
    int[] left = new int[components.count()];
    int[] bottom = new int[components.count()];
    int[] right = new int[components.count()];
    Arrays.fill(top, height);
    Arrays.fill(left, width);
    for (int i = 0; i < mask.length; i++) {
      int component = components.labels()[i] - 1;
      if (component >= 0) {
        top[component] = Math.min(top[component], i / width);
        left[component] = Math.min(left[component], i % width);
        bottom[component] = Math.max(bottom[component], i / width + 1);
        right[component] = Math.max(right[component], i % width + 1);
      }
    }
    return IntStream.range(0, components.count())
        .boxed()
        .sorted(Comparator.comparingInt(k -> -components.areas()[k]))
        .limit(MOST_BOXES)
        .map(k -> new DefectBox(top[k], left[k], bottom[k], right[k]))
        .toList();
  }

  /** All positions that a box of pixels touches. */
  private static DefectBox scaled(DefectBox box, int height, int width, int rows, int columns) {
    return new DefectBox(
        box.top * rows / height,
        box.left * columns / width,
        (box.bottom * rows + height - 1) / height,
        (box.right * columns + width - 1) / width);
  }

  /**
   * Exact, also where the sizes do not divide: a pixel is rows × columns units of area, a position
   * height × width.
   */
  private static float[] shares(boolean[] mask, int height, int width, int rows, int columns) {
    long[] units = new long[rows * columns];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (mask[y * width + x]) {
          for (int row = y * rows / height; row * height < (y + 1) * rows; row++) {
            long tall = overlap(y, rows, row, height);
            for (int column = x * columns / width; column * width < (x + 1) * columns; column++) {
              units[row * columns + column] += tall * overlap(x, columns, column, width);
            }
          }
        }
      }
    }
    float[] shares = new float[units.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) ((double) units[i] / ((long) height * width));
    }
    return shares;
  }

  /** The overlap of the pixel-th interval of that length with the position-th. */
  private static long overlap(int pixel, int pixelLength, int position, int positionLength) {
    int from = Math.max(pixel * pixelLength, position * positionLength);
    int to = Math.min((pixel + 1) * pixelLength, (position + 1) * positionLength);
    return to - from;
  }
}
