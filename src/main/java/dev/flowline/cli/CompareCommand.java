package dev.flowline.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.flowline.compare.ComparedRun;
import dev.flowline.compare.Comparison;
import dev.flowline.compare.ComparisonPage;
import dev.flowline.compare.ComparisonTable;
import dev.flowline.io.AtomicFile;
import dev.flowline.tensor.Device;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Several models on the same data. */
@Command(
    name = "compare",
    description = {
      "Train and judge several models on the same data, and put them into one table.",
      "Run again, it goes on where it was: finished runs are kept, a stopped training resumes, and further models, seeds or categories are added."
    })
final class CompareCommand implements Callable<Integer> {
  @Mixin private ComparisonOptions compared;
  @Mixin private ThresholdOptions test;
  @Mixin private TrainingOptions training;
  @Mixin private DeviceOption compute;
  @Mixin private CommonOptions common;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description =
          "Folder of the results: compare.html, compare.json, and a folder for each category, model and seed.")
  private Path output;

  @Option(names = "--keep-models", description = "Keep the model file of each run.")
  private boolean keepModels;

  @Option(
      names = "--gallery",
      paramLabel = "N",
      defaultValue = "12",
      description = "Images to show in each run's report, the worst first (default: 12).")
  private int gallery;

  @Override
  public Integer call() throws IOException {
    Device device = compute.device();
    ComparisonPlan plan = compared.plan(test, training, device, output, common);
    Files.createDirectories(output);
    try (FileChannel channel =
            FileChannel.open(
                output.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      List<ComparedRun> results = plan.finished();
      if (!results.isEmpty()) {
        common
            .err()
            .printf(
                Locale.ROOT,
                "%d of %d runs are there already%n",
                results.size(),
                plan.runs().size());
      }
      common.useThreads();
      Comparison comparison = run(plan, device, new ArrayList<>(results));
      common.print(comparison.json(), out -> out.print(new ComparisonTable(comparison)));
      common.err().println("report: " + output.resolve("compare.html"));
      return comparison.failed().isEmpty() ? Flowline.SUCCESS : Flowline.FAILURE;
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // As if another process had it: told below.
    }
    if (lock == null) {
      throw new IOException("another comparison is at work in " + output);
    }
    return lock;
  }

  private Comparison run(ComparisonPlan plan, Device device, List<ComparedRun> results)
      throws IOException {
    Comparison comparison = written(plan, results);
    try (ComparisonRunner runner =
        new ComparisonRunner(training, device, common, keepModels, gallery)) {
      int number = 0;
      for (PlannedRun run : plan.runs()) {
        number++;
        RunFile there = RunFile.read(run.folder());
        if (there != null && there.isFinished()) {
          continue;
        }
        common.err().printf(Locale.ROOT, "run %d of %d: %s%n", number, plan.runs().size(), run);
        results.add(runner.run(run));
        comparison = written(plan, results);
      }
    }
    return comparison;
  }

  /** After every run, so that the page can be watched. */
  private Comparison written(ComparisonPlan plan, List<ComparedRun> results) throws IOException {
    Comparison comparison = plan.comparison(results);
    AtomicFile.write(output.resolve("compare.json"), json(comparison) + "\n");
    new ComparisonPage(plan.title(), comparison).write(output);
    return comparison;
  }

  private static String json(Comparison comparison) {
    try {
      return new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(comparison.json());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
