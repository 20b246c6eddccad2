package dev.flowline.cli;

/** The commands that the launcher of a checkout has beyond those of the jar. */
final class CheckoutVerbs {
  static final String[] HELP = {
    "",
    "In this checkout also:",
    "  build           Build the jar and libflowline; with --cuda also for GPUs.",
    "  test            Run the whole test suite and check the formatting.",
    "  native-test     Run the C++ tests of libflowline.",
    "  sanitized-test  Run them under the address and undefined-behaviour sanitizers.",
    "  format          Format the Java and C++ sources.",
    "  benchmark       Run the benchmarks."
  };

  private CheckoutVerbs() {}
}
