package dev.flowline.cli;

import dev.flowline.compare.Comparison;
import dev.flowline.compare.ComparisonPlan;
import dev.flowline.compare.ComparisonRunner;
import dev.flowline.compare.ComparisonTable;
import dev.flowline.io.LaterFailure;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares several models on the same data. */
@Command(
    name = "compare",
    description = {
      "Train and evaluate several models on the same data, and put them into one table.",
      "A second run continues the first: it keeps finished runs, resumes a stopped training, and adds further models, seeds or categories."
    })
final class CompareCommand implements Callable<Integer> {
  @Mixin private ComparisonOptions compared;
  @Mixin private ThresholdOptions test;
  @Mixin private TrainingOptions training;
  @Mixin private DeviceOption compute;
  @Mixin private ThreadsOption threads;
  @Mixin private ImageOptions images;
  @Mixin private CommonOptions common;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description =
          "Folder for compare.html and compare.json, and for the report of each category, model and seed.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    Device device = compute.device();
    ComparisonPlan plan =
        ComparisonPlan.of(
            compared.request(test, training, images, device, output, threads, common));
    threads.load();
    LaterFailure unwritten = new LaterFailure();
    Comparison comparison = compared(plan, device, unwritten);
    common.print(comparison.answer(), out -> out.print(new ComparisonTable(comparison)));
    unwritten.throwIfAny();
    common.err().println("report: " + output.resolve("compare.html"));
    return comparison.failed().isEmpty() ? Flowline.SUCCESS : Flowline.FAILURE;
  }

  private Comparison compared(ComparisonPlan plan, Device device, LaterFailure unwritten)
      throws IOException {
    try (StopSignals.Hint stopped =
        StopSignals.hint(() -> "stopped; this goes on from here: " + common.typed())) {
      return new ComparisonRunner(plan, new ComparisonConsole(device, common)).run(unwritten);
    }
  }
}
