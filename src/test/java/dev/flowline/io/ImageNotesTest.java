package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageNotesTest {
  /** A line may be watched for months. */
  @Test
  void keepsAThousandNamesAtMostAndNoneOnceItIsClosed() {
    ImageNotes notes = ImageNotes.collect();
    for (int i = ImageNotes.MOST_FILES; i > 0; i--) {
      note(i);
      note(i);
    }
    String text = ImageNote.PIXEL_ASPECT.text();
    assertEquals(
        List.of("1000 images (the first is 00001.png): each " + text), notes.lines(note -> true));
    note(5000);
    note(0);
    assertEquals(
        List.of("more than 1000 images (the first is 00000.png): each " + text),
        notes.lines(note -> true));
    notes.close();
    assertEquals(List.of(), notes.lines(note -> true));
  }

  @Test
  void aNameOfSeveralLinesIsOneLineOfANote() {
    try (ImageNotes notes = ImageNotes.collect()) {
      for (String name : List.of("a\nerror: b.png", "c.png")) {
        ImageNotes.add(Path.of(name), Set.of(ImageNote.PIXEL_ASPECT));
        String line = notes.lines(note -> true).get(0);
        assertTrue(line.contains("a?error: b.png"), line);
      }
    }
  }

  private static void note(int number) {
    Path file = Path.of(String.format(Locale.ROOT, "%05d.png", number));
    ImageNotes.add(file, Set.of(ImageNote.PIXEL_ASPECT));
  }
}
