package dev.flowline.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The notes on image files that are read while this object is open, on any thread: of each kind how
 * many files, and the first of them by name. It keeps at most {@value #MOST_FILES} names of a kind,
 * and none once it is closed. Thread safe.
 */
public final class ImageNotes implements AutoCloseable {
  /** More files of a kind are counted no further. */
  static final int MOST_FILES = 1000;

  private static final List<ImageNotes> OPEN = new CopyOnWriteArrayList<>();

  private final Map<ImageNote, SortedSet<Path>> noted = new EnumMap<>(ImageNote.class);

  private final Set<ImageNote> more = EnumSet.noneOf(ImageNote.class); // than the most files

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
      SortedSet<Path> files = noted.computeIfAbsent(note, first -> new TreeSet<>());
      files.add(file); // which may be read twice
      if (files.size() > MOST_FILES) {
        files.remove(files.last());
        more.add(note);
      }
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
                    : "%s images (the first is %s): each"
                        .formatted(
                            (more.contains(note) ? "more than " : "") + files.size(),
                            files.first());
            lines.add(OneLine.of(who + " " + note.text()));
          }
        });
    return lines;
  }

  @Override
  public void close() {
    OPEN.remove(this);
    forget();
  }

  private synchronized void forget() {
    noted.clear();
    more.clear();
  }
}
