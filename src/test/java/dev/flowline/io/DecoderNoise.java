package dev.flowline.io;

import java.io.IOException;
import java.nio.file.Path;

/** A program that reads image files and prints what is thrown: {@link QuietDecodersTest}. */
final class DecoderNoise {
  private DecoderNoise() {}

  public static void main(String[] files) {
    for (String file : files) {
      try {
        System.out.println(file + " " + Images.read(Path.of(file)));
      } catch (IOException e) {
        System.out.println("error: " + e.getMessage());
      }
    }
  }
}
