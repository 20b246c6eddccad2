package dev.flowline.cli;

import dev.flowline.calibration.FalseAlarmRate;
import dev.flowline.data.Dataset;
import dev.flowline.data.Fingerprints;
import dev.flowline.data.Sample;
import dev.flowline.io.ImagesDone;
import dev.flowline.io.LaterFailure;
import dev.flowline.io.OneLine;
import dev.flowline.runtime.NativeRuntime;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.tensor.Device;
import dev.flowline.train.TrainingConfig;
import dev.flowline.tune.Candidate;
import dev.flowline.tune.CandidateLatency;
import dev.flowline.tune.HeldOutShares;
import dev.flowline.tune.TuneChoice;
import dev.flowline.tune.TuneRequest;
import dev.flowline.tune.TuneResult;
import dev.flowline.tune.TuneTable;
import dev.flowline.tune.Tuner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches the recipe that finds most within a takt. */
@Command(
    name = "tune",
    description = {
      "Search the recipe that finds most defects within a takt: model, extractor, input size,"
          + " engine and threads.",
      "A second run continues the first: it keeps what was measured and tried, and goes on with"
          + " what is left of the budget."
    },
    footer = {
      "",
      "Latencies are measured before any training, and what misses the takt by far is dropped. The"
          + " others are trained for 1, 3, 9 and more epochs; a third goes on each time.",
      "",
      "Without defects in the dataset, made-up ones on good images that no trial learns from take"
          + " their place."
    })
final class TuneCommand implements Callable<Integer> {
  @Mixin private DatasetOptions data;

  @Option(
      names = "--takt",
      required = true,
      paramLabel = "TIME",
      converter = TimeSpan.Converter.class,
      description = "Time that 99 %% of the inspections may take, with its unit, such as 50ms.")
  private TimeSpan takt;

  @Mixin private CalibrationOptions falseAlarms;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      converter = TimeSpan.Converter.class,
      defaultValue = "30m",
      description =
          "Time that the search may take, with its unit: s, m or h (default: ${DEFAULT-VALUE}).")
  private TimeSpan budget;

  @Mixin private SearchOptions search;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of trainings and made-up defects (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      defaultValue = "tune",
      description =
          "Folder for tune.html, tune.json, tune.svg and the reports of the trials (default:"
              + " ${DEFAULT-VALUE}).")
  private Path output;

  @Mixin private GroupsOption groups;
  @Mixin private ImageOptions images;
  @Mixin private CommonOptions common;

  private SearchOptions.Space space;

  @Override
  public Integer call() throws IOException {
    FalseAlarmRate rate = falseAlarms.rate();
    search.requireKnown();
    Dataset dataset = groups.over(List.of(data.read(common)), common).get(0);
    space = search.space(dataset.category(), images);
    space.leftOut().forEach(line -> common.err().println("note: left out: " + line));
    common.begins("loading LibTorch");
    NativeRuntime.load();
    TuneRequest request =
        new TuneRequest(
            data.path(),
            data.layout(common).label(),
            grouped(dataset),
            space.candidates(),
            space.leftOut(),
            takt.millis(),
            rate,
            NullHypothesis.CALIBRATED,
            budget.seconds(),
            search.engines(),
            search.threads(),
            search.batch(),
            seed,
            CacheMemory.bytes(null),
            NativeRuntime.threads(),
            Version.ofFlowline(),
            output);
    LaterFailure unwritten = new LaterFailure();
    TuneResult result = tuned(request, unwritten);
    common.print(result, out -> out.print(new TuneTable(result)));
    unwritten.throwIfAny();
    common.err().println("report: " + output.resolve("tune.html"));
    return result.choice() == null ? Flowline.FAILURE : Flowline.SUCCESS;
  }

  private TuneResult tuned(TuneRequest request, LaterFailure unwritten) throws IOException {
    try (StopSignals.Hint stopped =
        StopSignals.hint(() -> "stopped; this goes on from here: " + common.typed())) {
      return new Tuner(
              request,
              new ComparisonConsole(Device.CPU, common),
              new TypedCommands(request),
              line -> common.err().println(OneLine.of(line)),
              Failures::describe)
          .run(unwritten);
    }
  }

  /** Returns the dataset with photos of one part kept together, as a training keeps them. */
  private Dataset grouped(Dataset dataset) throws IOException {
    try (Progress progress = Progress.on(common.err())) {
      ImagesDone read = LateProgress.of(progress, "comparing the images", System::nanoTime);
      return dataset.grouped(
          Fingerprints.of(dataset.train().stream().map(Sample::image).toList(), read)
              .nearDuplicates());
    }
  }

  /** The commands of a recipe, with the options of this command that they share. */
  private final class TypedCommands implements TuneChoice.Commands {
    private final TuneRequest request;

    TypedCommands(TuneRequest request) {
      this.request = request;
    }

    @Override
    public String train(Candidate candidate, Integer epochs, HeldOutShares shares) {
      List<String> rate = new ArrayList<>();
      rate.addAll(List.of("--false-alarm-rate", Double.toString(request.rate().rate())));
      if (request.rate().confidence() != null) {
        rate.addAll(List.of("--confidence", request.rate().confidence().toString()));
      }
      List<String> images = new ArrayList<>(data.words());
      images.addAll(groups.words());
      TrainingConfig training =
          epochs == null
              ? null
              : candidate
                  .model()
                  .training()
                  .on(request.dataset().category(), seed)
                  .withEpochs(epochs);
      return space
          .recipes()
          .get(candidate.label())
          .train(images, training, rate, shares, seed, TuneCommand.this.images.words());
    }

    @Override
    public String inspect(CandidateLatency latency) {
      return RecipeWords.inspect(latency, images.words());
    }
  }
}
