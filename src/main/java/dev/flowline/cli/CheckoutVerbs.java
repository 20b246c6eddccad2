package dev.flowline.cli;

/** What the launcher of a checkout knows beyond the commands of the jar. */
final class CheckoutVerbs {
  static final String[] HELP = {
    "",
    "In this checkout also:",
    "  build           Build the jar and libflowline; with --cuda for GPUs too.",
    "  test            Run the whole test suite and check the formatting.",
    "  native-test     Run the C++ tests of libflowline.",
    "  sanitized-test  Run them under the address and undefined-behaviour sanitizers.",
    "  format          Format the Java and C++ sources.",
    "  benchmark       Run the benchmarks."
  };

  private CheckoutVerbs() {}
}
