package dev.flowline.data;

import static org.junit.jupiter.api.Assertions.*;

import dev.flowline.io.Image;
import dev.flowline.io.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
  @TempDir Path root;

  /** Makes files that hold their names: layouts list files without decoding them. */
  private void touch(String... files) throws IOException {
    for (String file : files) {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file);
    }
  }

  private void picture(String file, int height, int width, int level) throws IOException {
    byte[] samples = new byte[height * width];
    java.util.Arrays.fill(samples, (byte) level);
    Images.writePng(root.resolve(file), Image.of8(height, width, 1, samples));
  }

  private String pathIn(Path file) {
    return root.relativize(file).toString();
  }

  private static void assertMentions(Throwable error, String... words) {
    for (String word : words) {
      assertTrue(error.getMessage().contains(word), error.getMessage() + " lacks " + word);
    }
  }

  private static void assertWarned(Dataset dataset, String... words) {
    assertTrue(
        dataset.warnings().stream()
            .anyMatch(warning -> List.of(words).stream().allMatch(warning::contains)),
        dataset.warnings() + " lacks " + List.of(words));
  }

  @Nested
  class Mvtec {
    @Test
    void pairsImagesWithMasksOfEveryName() throws IOException {
      touch("nut/train/good/001.png", "nut/train/good/000.jpg", "nut/test/good/000.png");
      touch("nut/test/bent/000.png", "nut/test/bent/001.png", "nut/test/bent/002.tif");
      touch("nut/ground_truth/bent/000_mask.png", "nut/ground_truth/bent/001.bmp");
      touch("nut/ground_truth/bent/002_mask.tif", "other/train/good/000.png");
      Dataset nut = Layout.MVTEC.read(root, "nut");
      assertEquals(
          List.of("nut/train/good/000.jpg", "nut/train/good/001.png"),
          nut.train().stream().map(sample -> pathIn(sample.image())).toList());
      assertEquals(List.of("bent"), nut.defectTypes());
      assertEquals(
          List.of(
              "nut/ground_truth/bent/000_mask.png",
              "nut/ground_truth/bent/001.bmp",
              "nut/ground_truth/bent/002_mask.tif"),
          nut.testOf("bent").stream()
              .map(sample -> pathIn(((Mask.File) sample.mask()).path()))
              .toList());
      assertEquals(1, nut.testOf(Sample.GOOD).size());
      assertEquals(List.of(), nut.warnings());
    }

    @Test
    void warnsOfWhatDoesNotFitTogether() throws IOException {
      touch("nut/train/good/000.png", "nut/train/good/notes.txt", "nut/train/good/.hidden");
      touch("nut/test/bent/000.png", "nut/test/bent/001.png", "nut/ground_truth/bent/7_mask.png");
      Files.createDirectories(root.resolve("nut/test/cut"));
      Dataset nut = Layout.MVTEC.read(root, "nut");
      assertWarned(nut, "1 files are no images", "notes.txt");
      assertWarned(nut, "2 defective images have no mask", "000.png", "001.png");
      assertWarned(nut, "1 masks belong to no image", "7_mask.png");
      assertWarned(nut, "cut holds no image");
      assertWarned(nut, "no good test image");
      assertFalse(nut.test().get(0).hasGroundTruth());
    }

    @Test
    void namesMissingAndExistingCategories() throws IOException {
      touch("nut/train/good/000.png", "bolt/train/good/000.png", "notes/read.me");
      var missing =
          assertThrows(IllegalArgumentException.class, () -> Layout.MVTEC.read(root, "screw"));
      assertMentions(missing, "screw", "[bolt, nut]", root.toString());
      assertThrows(IllegalArgumentException.class, () -> Layout.MVTEC.read(root, null));
      Path nowhere = root.resolve("nowhere");
      assertMentions(
          assertThrows(IOException.class, () -> Layout.MVTEC.read(nowhere, "nut")), "nowhere");
    }

    @Test
    void withoutAnImageToLearnFromThereIsNoDataset() throws IOException {
      Files.createDirectories(root.resolve("nut/train/good"));
      assertMentions(
          assertThrows(IOException.class, () -> Layout.MVTEC.read(root, "nut")), "nut/train/good");
      Files.createDirectories(root.resolve("bolt/train"));
      assertMentions(
          assertThrows(IOException.class, () -> Layout.MVTEC.read(root, "bolt")), "is missing");
    }
  }

  @Test
  void btad() throws IOException {
    touch("01/train/ok/0.bmp", "01/test/ok/1.bmp", "01/test/ko/2.bmp", "01/test/ko/3.png");
    touch("01/ground_truth/ko/2.png", "01/ground_truth/ko/3.bmp");
    Dataset dataset = Layout.BTAD.read(root, null);
    assertEquals("01", dataset.category());
    assertEquals(List.of("ko"), dataset.defectTypes());
    assertEquals(1, dataset.testOf(Sample.GOOD).size());
    assertTrue(dataset.test().stream().allMatch(Sample::hasGroundTruth));
    assertEquals(List.of(), dataset.warnings());
  }

  @Nested
  class LggMri {
    private void slice(String patient, int k, boolean tumor) throws IOException {
      picture(patient + "/" + patient + "_" + k + ".png", 4, 4, 90);
      picture(patient + "/" + patient + "_" + k + "_mask.png", 4, 4, tumor ? 255 : 0);
    }

    @Test
    void splitsByPatientAndLearnsFromEmptyMasksOnly() throws IOException {
      for (String patient : List.of("A", "B", "C", "D", "E", "F")) {
        slice(patient, 1, false);
        slice(patient, 2, true);
      }
      picture("A/A_3.png", 4, 4, 90);
      Dataset brain = Layout.LGG_MRI.read(root, "brain");
      assertEquals(
          List.of("A/A_1.png", "B/B_1.png", "C/C_1.png", "D/D_1.png", "F/F_1.png"),
          brain.train().stream().map(sample -> pathIn(sample.image())).toList());
      assertEquals(
          List.of("E/E_1.png", "E/E_2.png"),
          brain.test().stream().map(sample -> pathIn(sample.image())).toList());
      assertEquals(List.of("tumor"), brain.defectTypes());
      assertWarned(brain, "1 slices have no mask", "A_3.png");
      assertWarned(brain, "slices of a patient are alike");
      assertEquals("C", brain.train().get(2).group());
      assertEquals("E", brain.test().get(0).group());
      assertMentions(
          assertThrows(IllegalArgumentException.class, () -> brain.resplit(0)), "in groups, A");
    }

    @Test
    void onePatientCannotBeSplit() throws IOException {
      slice("A", 1, false);
      assertThrows(IOException.class, () -> Layout.LGG_MRI.read(root, "brain"));
    }

    @Test
    void aCorruptMaskIsNamed() throws IOException {
      slice("A", 1, false);
      slice("B", 1, false);
      Files.writeString(root.resolve("A/A_1_mask.png"), "no picture");
      assertMentions(
          assertThrows(IOException.class, () -> Layout.LGG_MRI.read(root, "brain")), "A_1_mask");
    }
  }

  @Nested
  class ShanghaiTech {
    private void array(String file, String descr, String shape, int... values) throws IOException {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, NpyTest.bytes(descr, shape, values));
    }

    private void clip() throws IOException {
      touch("training/frames/01_001/0.jpg", "training/frames/02_001/0.jpg");
      touch("testing/frames/01_0014/000.jpg", "testing/frames/01_0014/001.jpg");
      array("testing/test_frame_mask/01_0014.npy", "|i1", "(2,)", 0, 1);
      array("testing/test_pixel_mask/01_0014.npy", "|b1", "(2, 1, 3)", 0, 0, 0, 0, 1, 1);
    }

    @Test
    void readsFramesOfAScene() throws IOException {
      clip();
      assertEquals(List.of("01", "02", "all"), Layout.SHANGHAITECH.categories(root));
      Dataset scene = Layout.SHANGHAITECH.read(root, "01");
      assertEquals(1, scene.train().size());
      assertEquals("01_001", scene.train().get(0).group());
      assertEquals("01_0014", scene.test().get(0).group());
      assertWarned(scene, "frames of a clip are alike");
      assertEquals(List.of("anomaly"), scene.defectTypes());
      Sample anomaly = scene.testOf("anomaly").get(0);
      Image frame = Image.of8(1, 3, 1, new byte[3]);
      assertArrayEquals(new boolean[] {false, true, true}, GroundTruth.of(anomaly, frame, 1, 3));
      assertEquals(2, Layout.SHANGHAITECH.read(root, "all").train().size());
    }

    @Test
    void aMaskForAnotherNumberOfFramesIsAnError() throws IOException {
      clip();
      touch("testing/frames/01_0014/002.jpg");
      assertMentions(
          assertThrows(IOException.class, () -> Layout.SHANGHAITECH.read(root, "01")),
          "3 frames",
          "test_frame_mask",
          "for 2");
    }

    @Test
    void withoutPixelMasksOnlyImagesAreScored() throws IOException {
      clip();
      Files.delete(root.resolve("testing/test_pixel_mask/01_0014.npy"));
      Dataset scene = Layout.SHANGHAITECH.read(root, "01");
      assertFalse(scene.testOf("anomaly").get(0).hasGroundTruth());
      assertWarned(scene, "1 defective images have no mask");
      Files.delete(root.resolve("testing/test_frame_mask/01_0014.npy"));
      assertMentions(
          assertThrows(IOException.class, () -> Layout.SHANGHAITECH.read(root, "01")),
          "01_0014.npy",
          "no such file");
    }
  }

  @Nested
  class Folder {
    @Test
    void goodAndDefectWithMasksHoldsSomeGoodOnesOut() throws IOException {
      for (int i = 0; i < 10; i++) {
        touch("good/" + i + ".png");
      }
      touch("scratch/a.png", "stain/b.png", "stain/c.png", "stain/c_mask.png");
      touch("masks/a.png", "masks/stain/b_mask.png");
      Dataset dataset = Layout.FOLDER.read(root, null);
      assertEquals(root.getFileName().toString(), dataset.category());
      int held = dataset.testOf(Sample.GOOD).size();
      assertTrue(held >= 1 && held <= 5, held + " of 10");
      assertEquals(10 - held, dataset.train().size());
      assertEquals(List.of("scratch", "stain"), dataset.defectTypes());
      assertEquals(3, dataset.test().stream().filter(s -> !s.isGood()).count());
      assertTrue(dataset.test().stream().allMatch(Sample::hasGroundTruth));
      assertWarned(dataset, held + " of the 10");
    }

    private List<String> heldOut() throws IOException {
      Dataset dataset = Layout.FOLDER.read(root, null);
      return dataset.testOf(Sample.GOOD).stream().map(sample -> pathIn(sample.image())).toList();
    }

    /** About a fifth, by their content alone: names, order and other images do not matter. */
    @Test
    void anImageThatIsLearnedFromIsNeverTestedWhateverIsAdded() throws IOException {
      touch("scratch/a.png", "masks/a.png");
      Set<String> learnedFrom = new HashSet<>();
      for (int i = 0; i < 100; i++) {
        touch("good/" + (i * 37 % 100) + ".png");
        if (i < 5) {
          continue;
        }
        List<String> held = heldOut();
        assertFalse(held.isEmpty(), "with " + (i + 1) + " images");
        held.forEach(image -> assertFalse(learnedFrom.contains(image), image));
        Layout.FOLDER.read(root, null).train().forEach(s -> learnedFrom.add(pathIn(s.image())));
        learnedFrom.removeAll(held);
      }
      List<String> held = heldOut();
      assertTrue(held.size() >= 10 && held.size() <= 30, held.size() + " of 100");
      assertWarned(Layout.FOLDER.read(root, null), held.size() + " of the 100");
      Path renamed = root.resolve("good/renamed.png");
      Files.move(root.resolve(held.get(0)), renamed);
      assertTrue(heldOut().contains("good/renamed.png"));
      for (int i = 0; i < 100; i++) {
        Files.deleteIfExists(root.resolve("good/" + i + ".png"));
        if (i == 90) {
          touch("good/0.png", "good/1.png", "good/2.png", "good/3.png");
        }
      }
      assertTrue(heldOut().contains("good/renamed.png"), "of few images");
    }

    @Test
    void identicalGoodImagesAreAllToLearnFrom() throws IOException {
      touch("scratch/a.png", "masks/a.png");
      Files.createDirectories(root.resolve("good"));
      for (int i = 0; i < 30; i++) {
        Files.writeString(root.resolve("good/" + i + ".png"), "always the same");
      }
      Dataset dataset = Layout.FOLDER.read(root, null);
      assertEquals(30, dataset.train().size());
      assertWarned(dataset, "all 30 training images are copies of one");
    }

    @Test
    void aFolderOfNothingButImagesIsGood() throws IOException {
      touch("0.png", "1.png", "Thumbs.db", ".ipynb_checkpoints/0.png");
      Dataset dataset = Layout.FOLDER.read(root, null);
      assertEquals(2, dataset.train().size());
      assertEquals(List.of(), dataset.test());
    }

    @Test
    void fewerThanFiveGoodImagesAreAllToLearnFrom() throws IOException {
      touch("good/0.png", "good/1.png", "good/2.png", "good/3.png", "scratch/a.png");
      Dataset dataset = Layout.FOLDER.read(root, null);
      assertEquals(4, dataset.train().size());
      assertEquals(List.of(), dataset.testOf(Sample.GOOD));
      assertTrue(dataset.warnings().stream().noneMatch(warning -> warning.contains("held out")));
    }

    @Test
    void noImageIsHeldOutWhereTheTestHasGoodOnes() throws IOException {
      for (int i = 0; i < 10; i++) {
        touch("train/good/" + i + ".png");
      }
      touch("test/good/a.png", "test/crack/b.png", "masks/b.png");
      Dataset dataset = Layout.FOLDER.read(root, null);
      assertEquals(10, dataset.train().size());
      assertEquals(1, dataset.testOf(Sample.GOOD).size());
    }

    @Test
    void goodAloneIsEnoughToLearn() throws IOException {
      touch("a/good/0.png", "b/good/0.png");
      assertEquals(List.of("a", "b"), Layout.FOLDER.categories(root));
      Dataset dataset = Layout.FOLDER.read(root, "b");
      assertEquals(1, dataset.train().size());
      assertEquals(List.of(), dataset.test());
    }

    @Test
    void trainAndTestFolders() throws IOException {
      touch("train/0.png", "test/good/1.png", "test/crack/2.png", "ground_truth/crack/2.png");
      Dataset dataset = Layout.FOLDER.read(root, null);
      assertEquals(1, dataset.train().size());
      assertEquals(1, dataset.testOf(Sample.GOOD).size());
      assertEquals(List.of("crack"), dataset.defectTypes());
      assertEquals(List.of(), dataset.warnings());
    }

    @Test
    void trainWithGoodAndDefectsBeside() throws IOException {
      touch("train/good/0.png", "good/1.png", "defect/2.png");
      Dataset dataset = Layout.FOLDER.read(root, null);
      assertEquals(1, dataset.train().size());
      assertEquals(1, dataset.testOf(Sample.GOOD).size());
      assertWarned(dataset, "1 defective images have no mask");
    }

    @Test
    void nothingToLearnFromIsAnError() throws IOException {
      touch("defect/2.png");
      assertThrows(IllegalArgumentException.class, () -> Layout.FOLDER.read(root, null));
      Files.createDirectories(root.resolve("good"));
      assertThrows(IOException.class, () -> Layout.FOLDER.read(root, null));
    }
  }

  @Nested
  class Copied {
    private void copy(String from, String to) throws IOException {
      Files.createDirectories(root.resolve(to).getParent());
      Files.copy(root.resolve(from), root.resolve(to));
    }

    @Test
    void copiesAreCountedWithinTrainingAndAcrossTheTest() throws IOException {
      touch("nut/train/good/0.png", "nut/train/good/1.png", "nut/train/good/2.png");
      touch("nut/test/good/3.png", "nut/test/bent/0.png", "nut/ground_truth/bent/0_mask.png");
      assertEquals(List.of(), Layout.MVTEC.read(root, "nut").warnings());
      copy("nut/train/good/1.png", "nut/train/good/9.png");
      copy("nut/train/good/1.png", "nut/test/good/8.png");
      copy("nut/train/good/2.png", "nut/test/bent/7.png");
      copy("nut/test/bent/0.png", "nut/test/bent/1.png");
      Dataset nut = Layout.MVTEC.read(root, "nut");
      assertWarned(nut, "1 of 4 training images are copies of others", "9.png");
      assertWarned(nut, "2 of 5 test images are copies of training images", "8.png", "7.png");
    }
  }

  @Nested
  class Guess {
    private String guess(String category) throws IOException {
      return LayoutGuess.of(root, category).layout().label();
    }

    private void assertHint(String... words) {
      assertMentions(assertThrows(IOException.class, () -> guess(null)), words);
    }

    @Test
    void eachLayoutIsRecognised() throws IOException {
      Map<String, List<String>> layouts =
          Map.of(
              "mvtec", List.of("a/train/good/0.png", "a/test/good/1.png", "b/train/good/2.png"),
              "btad", List.of("01/train/ok/0.bmp", "01/test/ko/1.bmp"),
              "folder", List.of("good/0.png", "scratch/1.png", "scratch/1_mask.png"),
              "lgg-mri", List.of("A/A_1.tif", "A/A_1_mask.tif", "B/B_1.tif", "B/B_1_mask.tif"),
              "shanghaitech", List.of("training/frames/01_1/0.jpg", "testing/frames/01_2/0.jpg"));
      Path whole = root;
      for (var layout : layouts.entrySet()) {
        root = whole.resolve(layout.getKey());
        touch(layout.getValue().toArray(String[]::new));
        assertEquals(layout.getKey(), guess(null));
      }
      assertEquals(Layout.values().length, layouts.size());
    }

    @Test
    void theFolderOfACategoryIsADatasetToo() throws IOException {
      touch("train/good/0.png", "test/good/1.png", "test/bent/2.png", "ground_truth/bent/2.png");
      assertEquals("mvtec", guess(null));
      Dataset dataset = Layout.MVTEC.read(root, null);
      assertEquals(root.getFileName().toString(), dataset.category());
      assertEquals(1, dataset.testOf("bent").size());
    }

    @Test
    void defectTypesBesideTrainAreOfTheFolderLayout() throws IOException {
      touch("train/good/0.png", "scratch/1.png");
      assertEquals("folder", guess(null));
      touch("photos/0.png");
      root = root.resolve("photos");
      assertEquals("folder", guess(null));
    }

    @Test
    void severalLayoutsAreNamed() throws IOException {
      touch("a/train/good/0.png", "a/test/good/1.png", "b/good/2.png");
      assertMentions(
          assertThrows(IllegalArgumentException.class, () -> guess(null)),
          "--layout",
          "mvtec (" + root.resolve("a/train/good"),
          "folder (" + root.resolve("b/good"));
      assertEquals("mvtec", guess("a"));
      assertEquals("folder", guess("b"));
    }

    @Test
    void whatLiesThereInsteadIsSaid() throws IOException {
      assertHint(root + " is empty", "put images of good parts into " + root.resolve("good"));
      Files.writeString(root.resolve("parts.zip"), "zip");
      assertHint("unpack " + root.resolve("parts.zip"));
      touch("day1/0.png");
      assertHint("images lie in " + root.resolve("day1"), "good ones " + root.resolve("good"));
      touch("deeper/gear/good/0.png");
      assertHint("one folder deeper", "name " + root.resolve("deeper"));
      touch("GOOD/0.png");
      assertHint(root.resolve("GOOD") + " lies there, rename it good");
      Path archive = root.resolve("parts.zip");
      assertMentions(
          assertThrows(IOException.class, () -> LayoutGuess.of(archive, null)), "unpack it");
    }

    @Test
    void aLayoutThatDoesNotFitSaysWhichDoes() throws IOException {
      touch("good/0.png");
      assertMentions(
          assertThrows(IllegalArgumentException.class, () -> Layout.MVTEC.read(root, null)),
          "layout mvtec",
          "looks like layout folder");
    }

    @Test
    void goodImagesElsewhereAreFound() throws IOException {
      touch("nut/train/Good/0.png", "bolt/train/good/day1/0.png", "pin/train/0.png");
      assertMentions(
          assertThrows(IOException.class, () -> Layout.MVTEC.read(root, "nut")),
          root.resolve("nut/train/Good") + " lies there, rename it good");
      assertMentions(
          assertThrows(IOException.class, () -> Layout.MVTEC.read(root, "bolt")),
          "one folder deeper, in " + root.resolve("bolt/train/good/day1"));
      assertMentions(
          assertThrows(IOException.class, () -> Layout.MVTEC.read(root, "pin")),
          "move the good ones into " + root.resolve("pin/train/good"));
    }
  }

  @Test
  void layoutsAreNamedAsOnTheCommandLine() {
    for (Layout layout : Layout.values()) {
      assertSame(layout, Layout.named(layout.label()));
    }
    assertMentions(
        assertThrows(IllegalArgumentException.class, () -> Layout.named("coco")),
        Stream.of(Layout.values()).map(Layout::label).collect(Collectors.joining(", ")),
        "coco");
  }

  @Test
  void aMaskOfAnotherSizeIsAnErrorThatNamesBoth() throws IOException {
    picture("image.png", 10, 20, 7);
    picture("mask.png", 20, 10, 255);
    Sample sample =
        new Sample(root.resolve("image.png"), new Mask.File(root.resolve("mask.png")), "scratch");
    assertMentions(
        assertThrows(IOException.class, () -> GroundTruth.read(sample, 5, 5)),
        "image.png",
        "mask.png",
        "20x10",
        "10x20");
  }

  @Test
  void groundTruthOfGoodIsEmptyAndOfUnknownIsRefused() throws IOException {
    Path image = root.resolve("image.png");
    assertArrayEquals(new boolean[6], GroundTruth.read(Sample.good(image), 2, 3));
    Sample unknown = new Sample(image, new Mask.None(), "scratch");
    assertMentions(
        assertThrows(IllegalArgumentException.class, () -> GroundTruth.read(unknown, 2, 3)),
        "image.png",
        "scratch");
  }
}
