package dev.flowline.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code --false-discovery-rate}: which parts of a lot stand out, and how surely. */
@HelpGroup.In(HelpGroup.THRESHOLD)
final class FalseDiscoveryOption {
  @Option(
      names = "--false-discovery-rate",
      paramLabel = "X",
      converter = OpenShare.class,
      description =
          "Also report which parts stand out, if on average at most the share X of them may be good, such as 0.1. It changes no verdict.")
  private Double rate;

  /** Returns the rate that the user gave; null for none. */
  Double rate() {
    return rate;
  }

  static final class OpenShare implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      double rate;
      try {
        rate = Double.parseDouble(value);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + value + "' is not a number");
      }
      if (!(rate > 0 && rate < 1)) {
        throw new TypeConversionException("must be between 0 and 1, got " + value);
      }
      return rate;
    }
  }
}
