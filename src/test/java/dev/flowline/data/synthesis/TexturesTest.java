package dev.flowline.data.synthesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.random.SplitMix64;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TexturesTest {
  @TempDir Path root;

  private static String message(Path folder) {
    return assertThrows(IOException.class, () -> Textures.read(folder)).getMessage();
  }

  @Test
  void saysWhatIsWrongInOneLineThatNamesIt() throws IOException {
    Path missing = root.resolve("missing");
    assertEquals("cannot read textures " + missing + ": no such folder", message(missing));
    Path file = Files.writeString(root.resolve("file.png"), "x");
    assertEquals("cannot read textures " + file + ": no folder", message(file));
    Path empty = Files.createDirectories(root.resolve("empty/below")).getParent();
    Files.writeString(empty.resolve("below/notes.txt"), "no image");
    Files.createDirectory(empty.resolve("folder.png"));
    assertEquals("cannot read textures " + empty + ": no image in it or below", message(empty));
    Path broken = Files.createDirectory(root.resolve("broken"));
    Images.writePng(broken.resolve("a.png"), RandomGood.flat(3, 4, 4, 1, 8));
    byte[] whole = Files.readAllBytes(broken.resolve("a.png"));
    Path cut = broken.resolve("b.png");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 9));
    String cutShort = message(broken);
    assertTrue(cutShort.startsWith("cannot read image " + cut + ": "), cutShort);
    assertEquals(1, cutShort.lines().count(), cutShort);
  }

  @Test
  void readsFoldersBelowAndLeavesOutWhatIsHidden() throws IOException {
    Images.writePng(root.resolve("b/c/one.png"), RandomGood.flat(100, 3, 5, 1, 8));
    Images.writePng(root.resolve("two.PNG"), RandomGood.flat(50000, 7, 2, 3, 16));
    Files.writeString(root.resolve("._two.png"), "what another system leaves behind");
    Files.createDirectory(root.resolve(".trash"));
    Files.writeString(root.resolve(".trash/three.png"), "thrown away");
    Textures textures = Textures.read(root);
    assertEquals(2, textures.count());
    Set<String> seen = new TreeSet<>();
    SplitMix64 random = new SplitMix64(1);
    for (int i = 0; i < 40; i++) {
      seen.add(textures.pick(random, null).image().toString());
    }
    assertEquals(Set.of("Image[3x5, grey, 8 bits]", "Image[7x2, RGB, 8 bits]"), seen);
  }

  @Test
  void linksAreFollowedUnlessTheyLeadBack() throws IOException {
    Path far = root.resolve("far");
    Images.writePng(far.resolve("one.png"), RandomGood.flat(1, 3, 5, 1, 8));
    Path link = Files.createSymbolicLink(root.resolve("link"), far);
    assertEquals(1, Textures.read(link).count());
    Path near = Files.createDirectory(root.resolve("near"));
    Files.createSymbolicLink(near.resolve("far"), far);
    Files.createSymbolicLink(near.resolve("two.png"), far.resolve("one.png"));
    Files.createSymbolicLink(near.resolve("gone.png"), far.resolve("gone.png"));
    assertEquals(2, Textures.read(near).count());
    Path back = Files.createSymbolicLink(near.resolve("back"), near);
    assertEquals(
        "cannot read textures " + back + ": a link that leads back to a folder above it",
        message(near));
  }

  @Test
  void aFolderThatMayNotBeReadIsNamed() throws IOException {
    Images.writePng(root.resolve("one.png"), RandomGood.flat(1, 3, 5, 1, 8));
    Path closed = Files.createDirectory(root.resolve("closed"));
    Files.setPosixFilePermissions(closed, Set.of());
    if (!Files.isReadable(closed)) { // root reads everything
      assertEquals("cannot read textures " + closed + ": no permission", message(root));
    }
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aFolderThatIsHiddenItselfIsRead() throws IOException {
    Path hidden = root.resolve(".textures");
    Images.writePng(hidden.resolve("one.png"), RandomGood.flat(1, 3, 5, 1, 8));
    assertEquals(1, Textures.read(hidden).count());
  }

  @Test
  void manyAreThinnedOutEvenlyAndLargeOnesMadeSmaller() throws IOException {
    int files = 2 * Textures.MOST + 1;
    for (int i = 0; i < files; i++) {
      Image image = RandomGood.flat(i % 256, 1, 1 + i / 256, 1, 8);
      Images.writePng(root.resolve("%04d.png".formatted(i)), image);
    }
    Textures textures = Textures.read(root);
    assertEquals(Textures.MOST, textures.count());
    Set<Integer> taken = new TreeSet<>();
    SplitMix64 random = new SplitMix64(1);
    for (int i = 0; i < 40 * Textures.MOST; i++) {
      Image image = textures.pick(random, null).image();
      taken.add((image.width() - 1) * 256 + image.sample(0, 0, 0));
    }
    assertEquals(Textures.MOST, taken.size());
    int before = -2;
    for (int number : taken) {
      int gap = number - before;
      assertTrue(gap == 2 || gap == 3, number + " after " + before);
      before = number;
    }
  }

  @Test
  void largeOnesAreMadeSmallerInProportion() throws IOException {
    int[][] sizes = {{512, 512}, {513, 512}, {1024, 300}, {3, 2048}, {1, 1500}};
    String[] expected = {"512x512", "512x511", "512x150", "1x512", "1x512"};
    for (int i = 0; i < sizes.length; i++) {
      Path folder = root.resolve("size" + i);
      Images.writePng(
          folder.resolve("one.png"),
          RandomGood.of(new SplittableRandom(i), sizes[i][0], sizes[i][1], 3, 8));
      Image image = Textures.read(folder).pick(new SplitMix64(1), null).image();
      assertEquals("Image[%s, RGB, 8 bits]".formatted(expected[i]), image.toString());
    }
  }

  @Test
  void withoutAnyTheImageIsItsOwn() {
    Levels own = Levels.of(RandomGood.flat(1, 2, 2, 1, 8));
    assertEquals(0, Textures.none().count());
    assertEquals(own, Textures.none().pick(new SplitMix64(1), own));
  }

  @Test
  void anAnomalyShowsTheTexture() throws IOException {
    // Of black and white, laid over opaquely, only the good image's darkest and brightest come out.
    int[] checks = new int[64 * 64];
    for (int i = 0; i < checks.length; i++) {
      checks[i] = (i / 64 / 3 + i % 64 / 3) % 2 * 255;
    }
    Images.writePng(root.resolve("checks.png"), RandomGood.of(checks, 64, 64, 1, 8));
    AnomalySynthesis synthesis =
        new AnomalySynthesis(
            RandomGood.settings(
                new SynthesisSettings.Texture(8, 4, 1, 1, 0, 0.06),
                new SynthesisSettings.Area(0.005, 0.5, 100)),
            Textures.read(root));
    for (int bits : new int[] {8, 16}) {
      int dark = bits == 8 ? 60 : 1000;
      int bright = bits == 8 ? 200 : 30000;
      int[] ramp = new int[50 * 70];
      for (int i = 0; i < ramp.length; i++) {
        ramp[i] = dark + (bright - dark) * (i % 70) / 69;
      }
      Image good = RandomGood.of(ramp, 50, 70, 1, bits);
      for (long seed = 0; seed < 12; seed++) {
        for (AnomalyKind kind : AnomalyKind.values()) {
          SynthesizedAnomaly made = synthesis.apply(good, seed, kind);
          Set<Integer> shown = new TreeSet<>();
          for (int i = 0; i < ramp.length; i++) {
            if (made.mask()[i]) {
              shown.add(made.image().sample(i / 70, i % 70, 0));
            }
          }
          assertTrue(
              Set.of(dark, bright).containsAll(shown), good + ", " + kind + ", seed " + seed);
        }
      }
    }
  }
}
