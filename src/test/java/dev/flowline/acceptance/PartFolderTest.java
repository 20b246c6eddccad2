package dev.flowline.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.flowline.model.KnownImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFolderTest {
  @TempDir Path root;

  private Path image(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name); // is listed by its name, and never decoded here
  }

  private void refused(String words) {
    String message = assertThrows(IOException.class, () -> PartFolder.list(root)).getMessage();
    assertTrue(message.startsWith("cannot read parts of " + root + ": "), message);
    assertTrue(message.contains(words), message);
  }

  @Test
  void partsHaveTheirTrialsAndAnImageIsAPartToo() throws IOException {
    Path first = image("good/part-2/b.png");
    Path second = image("good/part-2/a.png");
    Path single = image("good/lone.png");
    Path scratch = image("scratch/lone.png");
    image("ground_truth/scratch/lone.png");
    Files.writeString(root.resolve("notes.txt"), "seen by Ann");
    PartFolder folder = PartFolder.list(root);
    assertEquals(
        List.of(
            new LabelledPart("good/lone.png", false, List.of(single)),
            new LabelledPart("good/part-2", false, List.of(second, first)),
            new LabelledPart("scratch/lone.png", true, List.of(scratch))),
        folder.parts());
    assertEquals(List.of(root.resolve("notes.txt")), folder.files().leftOut());
    assertEquals(1, folder.masks());
  }

  @Test
  void whatIsNoStudyIsRefusedWithTheWayOut() throws IOException {
    refused("no image in " + root + ": put good parts into " + root.resolve("good"));
    image("a.png");
    refused("a.png in it have no label: move good parts into " + root.resolve("good"));
    Files.delete(root.resolve("a.png"));
    image("ok/a.png");
    refused("it has no good part: put good parts into " + root.resolve("good"));
    refused("what lies there is ok");
    Files.move(root.resolve("ok"), root.resolve("good"));
    refused("it has no defective part: put them into a folder per type of defect");
    image("scratch/part/a.png");
    Files.createDirectories(root.resolve("scratch/empty"));
    refused("part " + root.resolve("scratch/empty") + " has no image");
    Files.delete(root.resolve("scratch/empty"));
    assertEquals(2, PartFolder.list(root).parts().size());
    image("scratch/part/day/b.png");
    refused("lies too deep");
  }

  @Test
  void aWholeDatasetIsRefusedWithTheFolderThatIsMeant() throws IOException {
    image("train/good/a.png");
    image("test/good/b.png");
    refused("name the folder that holds good parts and types of defects, such as");
    refused(root.resolve("test").toString());
  }

  @Test
  void aFolderThatIsNotThereIsNamed() throws IOException {
    Path none = root.resolve("none");
    IOException e = assertThrows(IOException.class, () -> PartFolder.list(none));
    assertEquals("cannot read parts of " + none + ": no such folder", e.getMessage());
    Path file = image("x.png");
    e = assertThrows(IOException.class, () -> PartFolder.list(file));
    assertEquals("cannot read parts of " + file + ": it is no folder", e.getMessage());
  }

  @Test
  void copiesAndImagesOfTheTrainingAreRefused() throws IOException {
    Path good = image("good/p/1.png");
    Path defect = image("scratch/q/1.png");
    List<LabelledPart> parts = PartFolder.list(root).parts();
    KnownImages none = new KnownImages(Set.of(), true, "training or calibration");
    UnseenParts.require(parts, none, (done, of) -> assertEquals(2, of));
    KnownImages known =
        new KnownImages(
            Set.of(dev.flowline.data.ImageDigests.of(defect)), true, "training or calibration");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> UnseenParts.require(parts, known, (done, of) -> {}))
            .getMessage();
    assertTrue(message.startsWith("1 image was used in training or calibration"), message);
    assertTrue(message.contains(defect.toString()) && message.contains("take parts"), message);
    Path copy = root.resolve("good/p/2.png");
    Files.copy(good, copy);
    List<LabelledPart> twice = PartFolder.list(root).parts();
    message =
        assertThrows(
                IllegalArgumentException.class,
                () -> UnseenParts.require(twice, none, (done, of) -> {}))
            .getMessage();
    assertEquals(
        copy
            + " is a copy of "
            + good
            + ": each trial takes a new picture of the part, so leave one of them out",
        message);
  }
}
