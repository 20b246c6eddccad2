package dev.flowline.export;

import dev.flowline.io.Image;
import dev.flowline.io.ImageFiles;
import dev.flowline.io.Images;
import dev.flowline.io.ListedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pictures that go through a verification: those of the user's own, or patterns. Patterns take
 * every way through preprocessing: colour and grey, 8 and 16 bits, larger and smaller than the
 * model's input and of its size. Models find them strange, some so much that the map is 1 all over.
 */
public final class GoldenPictures {
  /** The most pictures of a folder that become golden images of an exported file. */
  public static final int MOST = 8;

  private static final int STEP = 16; // levels in steps make a small PNG

  private GoldenPictures() {}

  /** Returns the patterns for a model's input of H×W pixels, by name. */
  public static Map<String, Image> patterns(int height, int width) {
    Map<String, Image> patterns = new LinkedHashMap<>();
    patterns.put("waves", waves(height + height / 4 + 1, width + width / 4 + 1));
    patterns.put("ramp", ramp(Math.max(8, height * 3 / 4), Math.max(8, width * 2 / 3)));
    patterns.put("mark", mark(height, width));
    patterns.put("dusk", dusk(height, width));
    return patterns;
  }

  private static Image waves(int height, int width) {
    byte[] samples = new byte[height * width * 3];
    for (int i = 0; i < samples.length; i++) {
      int channel = i % 3;
      double x = i / 3 % width;
      double y = i / 3 / width;
      double wave = StrictMath.cos(x / (9 + channel)) + StrictMath.cos(y / (12 - channel) + x / 80);
      samples[i] = (byte) inSteps(120 + 45 * wave);
    }
    return Image.of8(height, width, 3, samples);
  }

  private static Image ramp(int height, int width) {
    short[] samples = new short[height * width];
    for (int i = 0; i < samples.length; i++) {
      double share = (double) (i % width) / width + 0.2 * StrictMath.cos(i / width / 6.0);
      samples[i] = (short) (257 * inSteps(40 + 150 * share));
    }
    return Image.of16(height, width, 1, samples);
  }

  private static Image mark(int height, int width) {
    byte[] samples = new byte[height * width];
    for (int i = 0; i < samples.length; i++) {
      int x = i % width;
      int y = i / width;
      boolean inside = Math.abs(8 * x - 5 * width) < width && Math.abs(8 * y - 3 * height) < height;
      double grain = StrictMath.cos(x * 1.3) * StrictMath.cos(y * 0.9);
      samples[i] = (byte) (inside ? 250 : inSteps(100 + 30 * grain));
    }
    return Image.of8(height, width, 1, samples);
  }

  /** Dark and smooth, which most models find the least strange: their maps are not all 1. */
  private static Image dusk(int height, int width) {
    byte[] samples = new byte[height * width * 3];
    for (int i = 0; i < samples.length; i++) {
      int channel = i % 3;
      int x = i / 3 % width;
      int y = i / 3 / width;
      samples[i] = (byte) (40 - 4 * channel + 10 * StrictMath.cos(x / 20.0 + y / 31.0));
    }
    return Image.of8(height, width, 3, samples);
  }

  private static int inSteps(double level) {
    return (int) Math.max(0, Math.min(255, level)) / STEP * STEP;
  }

  /**
   * Reads the first pictures of a folder. Those of the folders below it, which usually are kinds of
   * parts, are taken in turns, each in the order of their names.
   *
   * @throws IOException naming the folder or file, if there is none or one cannot be read
   */
  public static Map<String, Image> first(Path folder) throws IOException {
    Map<Path, Deque<ListedImage>> kinds = new LinkedHashMap<>();
    for (ListedImage listed : listed(folder)) {
      kinds.computeIfAbsent(listed.file().getParent(), kind -> new ArrayDeque<>()).add(listed);
    }
    List<ListedImage> first = new ArrayList<>();
    while (first.size() < MOST && !kinds.isEmpty()) {
      kinds.values().forEach(kind -> first.add(kind.remove()));
      kinds.values().removeIf(Deque::isEmpty);
    }
    return read(first.subList(0, Math.min(first.size(), MOST)));
  }

  /**
   * Reads all pictures of a folder and the folders below it, in the order of their names.
   *
   * @throws IOException naming the folder or file, if there is none or one cannot be read
   */
  public static Map<String, Image> all(Path folder) throws IOException {
    return read(listed(folder));
  }

  private static List<ListedImage> listed(Path folder) throws IOException {
    List<ListedImage> images = ImageFiles.list(List.of(folder), null).images();
    for (ListedImage listed : images) {
      if (listed.error() != null) {
        throw new IOException(listed.error());
      }
    }
    return images;
  }

  private static Map<String, Image> read(List<ListedImage> images) throws IOException {
    Map<String, Image> pictures = new LinkedHashMap<>();
    for (ListedImage listed : images) {
      pictures.put(listed.name().toString(), Images.read(listed.file()));
    }
    return pictures;
  }
}
