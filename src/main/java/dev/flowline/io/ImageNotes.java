package dev.flowline.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The notes on image files that are read while this object is open, on any thread: of each kind how
 * many files, and the first of them by name. Thread safe.
 */
public final class ImageNotes implements AutoCloseable {
  private static final List<ImageNotes> OPEN = new CopyOnWriteArrayList<>();

  private final Map<ImageNote, SortedSet<Path>> noted = new EnumMap<>(ImageNote.class);

  private ImageNotes() {}

  /** Starts to collect; {@link #close} ends it. */
  public static ImageNotes collect() {
    ImageNotes notes = new ImageNotes();
    OPEN.add(notes);
    return notes;
  }

  static void add(Path file, Set<ImageNote> notes) {
    if (!notes.isEmpty()) {
      OPEN.forEach(open -> open.note(file, notes));
    }
  }

  private synchronized void note(Path file, Set<ImageNote> notes) {
    for (ImageNote note : notes) {
      noted.computeIfAbsent(note, first -> new TreeSet<>()).add(file); // may be read twice
    }
  }

  /** Returns one line per kind of note that is wanted: "3 images (the first is a.png): each …". */
  public synchronized List<String> lines(Predicate<ImageNote> wanted) {
    List<String> lines = new ArrayList<>();
    noted.forEach(
        (note, files) -> {
          if (wanted.test(note)) {
            String who =
                files.size() == 1
                    ? files.first().toString()
                    : "%s images (the first is %s): each".formatted(files.size(), files.first());
            lines.add(who + " " + note.text());
          }
        });
    return lines;
  }

  @Override
  public void close() {
    OPEN.remove(this);
  }
}
