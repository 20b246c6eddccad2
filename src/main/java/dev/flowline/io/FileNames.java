package dev.flowline.io;

import java.util.Collection;
import java.util.stream.Collectors;

/** The names of files in messages: the first few of many, each in one line. */
public final class FileNames {
  private static final int NAMED = 5;

  private FileNames() {}

  /** Returns the first five files, and how many there are more: "a, b, c, d, e and 7 more". */
  public static String of(Collection<?> files) {
    String first =
        files.stream()
            .limit(NAMED)
            .map(file -> OneLine.of(file.toString()))
            .collect(Collectors.joining(", "));
    return files.size() > NAMED ? first + " and " + (files.size() - NAMED) + " more" : first;
  }
}
