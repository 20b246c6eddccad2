package dev.flowline.cli;

import dev.flowline.calibration.Calibration;
import dev.flowline.calibration.FalseAlarmText;
import dev.flowline.data.Dataset;
import dev.flowline.model.ModelConfig;
import dev.flowline.segmentation.NullHypothesis;
import dev.flowline.segmentation.RegionLaw;
import dev.flowline.train.TrainingConfig;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Learns a model from good images. */
@Command(name = "train", description = "Learn a model from good images.")
final class TrainCommand implements Callable<Integer> {
  @Mixin private DatasetOptions data;
  @Mixin private NetworkOptions network;
  @Mixin private ThresholdOptions test;
  @Mixin private TrainingOptions training;
  @Mixin private DeviceOption compute;
  @Mixin private CommonOptions common;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of weights, order and splits: same seed, same bits (default: 0).")
  private long seed;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Model file to write, FILE.flowline; checkpoint and run log go beside it.")
  private Path output;

  @Option(names = "--resume", description = "Go on from the checkpoint of a run that was stopped.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    Dataset dataset = data.read(common);
    TrainingRequest request = request(dataset);
    common.useThreads();
    TrainingReport report = TrainingReport.run(request, compute.device(), common);
    common.print(
        new Answer(output.toString(), report.config()),
        out -> print(out, report.config(), report.seconds()));
    return Flowline.SUCCESS;
  }

  private TrainingRequest request(Dataset dataset) throws IOException {
    ModelConfig config = network.config(dataset.category(), seed, test.ofNewModel());
    TrainingConfig how = training.config(config.model(), dataset.category(), seed);
    return training.request(config, test, dataset, how, output, resume);
  }

  /** The answer of {@code train --json}. */
  private record Answer(String modelFile, ModelConfig config) {}

  private static String more(Calibration calibration) {
    return calibration.imagesMissing() == 0 ? "" : " (--calibration holds out a larger share)";
  }

  private void print(PrintWriter out, ModelConfig config, double seconds) {
    var training = config.training();
    out.printf(
        Locale.ROOT,
        "%s: %s of %s, %s in %.0f s%s%n",
        output,
        config.model().title(),
        config.category(),
        training.isFitted() ? "fitted" : training.epochs() + " epochs",
        seconds,
        training.isFitted() ? "" : ", weights of epoch " + training.selectedEpoch());
    out.printf(
        Locale.ROOT,
        "log10Epsilon %.2f%s%n",
        config.segmentation().log10Epsilon(),
        config.calibration() != null
            ? " from " + FalseAlarmText.of(config.calibration()) + more(config.calibration())
            : test.log10Epsilon() != null
                ? ""
                : ", of which nothing is promised: --calibration would hold good images out for it");
    if (test.nullHypothesis() == NullHypothesis.CALIBRATED && config.segmentation().law() == null) {
      out.printf(
          "fewer than %d images were held out to measure a law of regions: energies are taken for chi-square; --validation holds out more%n",
          RegionLaw.LEAST_IMAGES);
    }
  }
}
