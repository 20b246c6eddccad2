package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesTest {
  @TempDir Path folder;

  /** Only names count here: no file is opened. */
  @BeforeEach
  void files() throws IOException {
    for (String name : List.of("b/2.png", "b/1.jpg", "a.png", "notes.txt", "found/old.png")) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
  }

  private List<Path> names(List<Path> arguments, Path output) {
    return ImageFiles.list(arguments, output).stream().map(ListedImage::name).toList();
  }

  @Test
  void imagesBelowAFolderAreSortedAndResultsLeftOut() {
    assertEquals(
        List.of(Path.of("a.png"), Path.of("b/1.jpg"), Path.of("b/2.png")),
        names(List.of(folder), folder.resolve("found")));
    assertEquals(4, names(List.of(folder), null).size());
  }

  @Test
  void aFileIsListedWhetherItIsAnImageOrNot() {
    Path file = folder.resolve("notes.txt");
    assertEquals(List.of(new ListedImage(file, Path.of("notes.txt"), null)), list(file));
  }

  @Test
  void aLinkIsFollowedAndALoopEnds() throws IOException {
    Path linked = Files.createDirectory(folder.resolve("linked"));
    Files.createSymbolicLink(linked.resolve("parts"), folder.resolve("b"));
    Files.createSymbolicLink(linked.resolve("loop"), linked);
    assertEquals(
        List.of(Path.of("parts/1.jpg"), Path.of("parts/2.png")), names(List.of(linked), null));
  }

  @Test
  void aFolderWithoutImagesIsAnEntryWithItsError() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    List<ListedImage> listed = list(empty);
    assertEquals(1, listed.size());
    assertEquals("no image in " + empty, listed.get(0).error());
  }

  @Test
  void resultsThatWouldOverwriteAnythingAreRefused() {
    Path output = folder.resolve("found");
    assertRefused("another folder", List.of(output), output);
    assertRefused("the same name", List.of(folder.resolve("b"), folder.resolve("b/2.png")), output);
  }

  private static void assertRefused(String why, List<Path> arguments, Path output) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> ImageFiles.list(arguments, output));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  private static List<ListedImage> list(Path argument) {
    return ImageFiles.list(List.of(argument), null);
  }
}
