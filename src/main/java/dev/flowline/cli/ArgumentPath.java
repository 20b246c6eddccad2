package dev.flowline.cli;

import dev.flowline.io.DecodedPath;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The reader of a path on the command line: {@link DecodedPath}, or a usage error. */
final class ArgumentPath implements ITypeConverter<Path> {
  @Override
  public Path convert(String value) {
    try {
      return DecodedPath.of(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
