package dev.flowline.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A time as a person gives it, with its unit: {@code 50ms}, {@code 0.2s}, {@code 30m} or {@code
 * 2h}.
 *
 * @param seconds more than 0
 */
record TimeSpan(double seconds) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");

  /** Returns the time in milliseconds. */
  double millis() {
    return 1000 * seconds;
  }

  /** The converter of a time, which must have its unit. */
  static final class Converter implements ITypeConverter<TimeSpan> {
    @Override
    public TimeSpan convert(String value) {
      Matcher form = FORM.matcher(value);
      if (!form.matches()) {
        throw new TypeConversionException(
            "'" + value + "' is no time with its unit: give one above 0 as 50ms, 0.2s, 30m or 2h");
      }
      double number = Double.parseDouble(form.group(1));
      if (number == 0) {
        throw new TypeConversionException("'" + value + "' is no time above 0");
      }
      return new TimeSpan(
          switch (form.group(2)) {
            case "ms" -> number / 1000;
            case "m" -> number * 60;
            case "h" -> number * 3600;
            default -> number;
          });
    }
  }
}
