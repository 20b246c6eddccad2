package dev.flowline.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The height and width of a model's input, written {@code 448} or {@code 256x512}. */
record HeightWidth(int height, int width) {
  /** The description of an option of this type, before its default. */
  static final String RESIZED = "Size to which images are resized, such as 448 or 256x512";

  static final class Converter implements ITypeConverter<HeightWidth> {
    @Override
    public HeightWidth convert(String value) {
      if (!value.matches("[1-9]\\d{0,4}(x[1-9]\\d{0,4})?")) {
        throw new TypeConversionException(
            "'" + value + "' is not H or HxW of 1 to 99999 pixels, such as 448 or 256x512");
      }
      String[] sides = value.split("x");
      int height = Integer.parseInt(sides[0]);
      return new HeightWidth(height, sides.length == 1 ? height : Integer.parseInt(sides[1]));
    }
  }
}
