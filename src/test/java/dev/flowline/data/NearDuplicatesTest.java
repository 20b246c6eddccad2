package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.data.demo.Part;
import dev.flowline.data.demo.Product;
import dev.flowline.io.Image;
import dev.flowline.io.Images;
import dev.flowline.random.SplitMix64;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Photos of one part are found among parts that are alike, and no others. */
class NearDuplicatesTest {
  private static final int PARTS = 24;
  private static final int SIZE = 256;

  @TempDir private Path folder;
  private final List<Path> files = new ArrayList<>();

  private Path write(Image image) throws IOException {
    Path file = folder.resolve("%03d.png".formatted(files.size()));
    Images.writePng(file, image);
    files.add(file);
    return file;
  }

  private Path jpeg(Image image) throws IOException {
    Path file = folder.resolve("%03d.jpg".formatted(files.size()));
    Files.write(file, Images.encode(".jpg", image));
    files.add(file);
    return file;
  }

  private static Image part(Product product, int number) {
    return Part.good(product, SIZE, 1000 + number).image();
  }

  private void writeParts(Product product) throws IOException {
    for (int i = 0; i < PARTS; i++) {
      write(part(product, i));
    }
  }

  private List<List<Path>> groups() throws IOException {
    return Fingerprints.of(files, (done, of) -> {}).nearDuplicates();
  }

  /** Changes each sample of an image of 8 bits. */
  private interface Change {
    double of(int y, int x, int channel);
  }

  private static Image changed(Image image, Change change) {
    byte[] samples = new byte[image.height() * image.width() * image.channels()];
    for (int i = 0; i < samples.length; i++) {
      int pixel = i / image.channels();
      double value = change.of(pixel / image.width(), pixel % image.width(), i % image.channels());
      samples[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
    return Image.of8(image.height(), image.width(), image.channels(), samples);
  }

  private static Image brighter(Image image) {
    return changed(image, (y, x, channel) -> 8 + 1.1 * image.sample(y, x, channel));
  }

  private static Image noisy(Image image, int deviation) {
    SplitMix64 random = new SplitMix64(7);
    return changed(
        image,
        (y, x, channel) -> image.sample(y, x, channel) + random.around(Math.sqrt(3) * deviation));
  }

  private static Image moved(Image image, int down, int right) {
    return changed(
        image,
        (y, x, channel) ->
            image.sample(
                Math.max(0, Math.min(SIZE - 1, y - down)),
                Math.max(0, Math.min(SIZE - 1, x - right)),
                channel));
  }

  @ParameterizedTest
  @EnumSource
  void partsThatAreAlikeAreNone(Product product) throws IOException {
    writeParts(product);
    assertEquals(List.of(), groups());
  }

  @ParameterizedTest
  @EnumSource
  void photosOfOnePartAreFound(Product product) throws IOException {
    writeParts(product);
    List<List<Path>> expected = new ArrayList<>();
    expected.add(List.of(files.get(2), jpeg(part(product, 2)), write(part(product, 2))));
    expected.add(List.of(files.get(5), write(brighter(part(product, 5)))));
    expected.add(List.of(files.get(9), write(noisy(part(product, 9), 2))));
    expected.add(List.of(files.get(11), write(moved(part(product, 11), 2, -4))));
    assertEquals(expected, groups());
  }

  /** Of 12 bits in 16 and of another size, as another camera setting would save it. */
  @Test
  void bitsAndSizeDoNotMatter() throws IOException {
    writeParts(Product.FLANGE);
    Image image = part(Product.FLANGE, 3);
    short[] samples = new short[SIZE * SIZE * image.channels()];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) (image.samples8()[i] & 0xFF);
    }
    Path dark = write(Image.of16(SIZE, SIZE, image.channels(), samples));
    Path small = write(part(Product.FLANGE, 8).resized(200, 200));
    assertEquals(List.of(List.of(files.get(3), dark), List.of(files.get(8), small)), groups());
  }

  @Test
  void whatLooksMostAlikeIsNamedFirst() throws IOException {
    writeParts(Product.STEEL);
    Path again = write(brighter(noisy(part(Product.STEEL, 4), 3)));
    Path black = write(changed(part(Product.STEEL, 0), (y, x, channel) -> 0));
    Fingerprints prints = Fingerprints.of(files, (done, of) -> {});
    List<Path> alike = prints.mostAlike(files.get(4), files, 3);
    assertEquals(3, alike.size());
    assertEquals(again, alike.get(0));
    assertEquals(List.of(), prints.mostAlike(black, files, 3));
    assertEquals(List.of(), prints.mostAlike(again, List.of(again, black), 3));
  }

  /** A part that moves on from frame to frame is no single group: that would leave none to test. */
  @Test
  void framesOfAClipDoNotMakeOneChain() throws IOException {
    Image wide = Part.good(Product.STEEL, 2 * SIZE, 5).image();
    for (int frame = 0; frame < 60; frame++) {
      int offset = 2 * frame;
      write(
          changed(part(Product.STEEL, 0), (y, x, channel) -> wide.sample(y, x + offset, channel)));
    }
    for (List<Path> group : groups()) {
      assertTrue(group.size() <= 8, group.toString());
    }
  }

  @Test
  void constantImagesAndFewImagesHaveNone() throws IOException {
    writeParts(Product.STEEL);
    IntStream.range(0, 3).forEach(i -> files.remove(0));
    write(changed(part(Product.STEEL, 0), (y, x, channel) -> 0));
    write(changed(part(Product.STEEL, 0), (y, x, channel) -> 200));
    write(changed(part(Product.STEEL, 0), (y, x, channel) -> 200));
    assertEquals(List.of(), groups());
    files.subList(0, files.size() - 4).clear();
    assertEquals(4, files.size());
    assertEquals(List.of(), groups());
  }

  @Test
  void anImageThatCannotBeReadIsNamed() throws IOException {
    writeParts(Product.STEEL);
    Path broken = folder.resolve("broken.png");
    Files.write(broken, new byte[] {1, 2, 3});
    files.add(broken);
    IOException thrown = assertThrows(IOException.class, this::groups);
    assertTrue(thrown.getMessage().contains("broken.png"), thrown.getMessage());
  }
}
