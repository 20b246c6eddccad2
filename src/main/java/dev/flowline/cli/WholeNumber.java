package dev.flowline.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The converters of options that take a whole number of at least some bound. */
final class WholeNumber {
  private WholeNumber() {}

  /** The converter of a number of at least 1. */
  static final class AtLeastOne implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 1);
    }
  }

  /** The converter of a number of at least 0. */
  static final class AtLeastZero implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return number(value, 0);
    }
  }

  private static int number(String value, int least) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through: not a number is as wrong as one that is too small.
    }
    throw new TypeConversionException("'" + value + "' is not a whole number of at least " + least);
  }
}
