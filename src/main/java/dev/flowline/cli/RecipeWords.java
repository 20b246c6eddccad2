package dev.flowline.cli;

import dev.flowline.train.TrainingConfig;
import dev.flowline.tune.CandidateLatency;
import dev.flowline.tune.HeldOutShares;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A recipe as the words of a command line.
 *
 * @param extractor by the name that the user gave
 * @param weights of the extractor; empty if it takes none
 */
record RecipeWords(ModelEntry entry, String extractor, HeightWidth input, List<Path> weights) {
  private static final String MODEL = "tuned.flowline";

  static String words(HeightWidth input) {
    return input.height() == input.width()
        ? Integer.toString(input.height())
        : input.height() + "x" + input.width();
  }

  /**
   * Returns the command that trains the recipe.
   *
   * @param data the options that name the images
   * @param training how it is trained; null if it is fitted
   * @param rate the options of the false-alarm rate
   * @param shares of the images that are held out; if they are not enough for the rate, the images
   *     take turns
   */
  String train(
      List<String> data,
      TrainingConfig training,
      List<String> rate,
      HeldOutShares shares,
      long seed,
      List<String> reading) {
    List<String> words = new ArrayList<>(List.of("train"));
    words.addAll(data);
    words.addAll(List.of("--model", entry.kind().id()));
    entry.settings().forEach((name, value) -> words.addAll(List.of("--set", name + "=" + value)));
    words.addAll(List.of("--extractor", extractor, "--input", words(input)));
    for (Path file : weights) {
      words.addAll(List.of("--weights", ShellCommand.word(file)));
    }
    if (training != null) {
      words.addAll(List.of("--epochs", Integer.toString(training.epochs())));
      words.addAll(List.of("--batch", Integer.toString(training.batchSize())));
      words.addAll(List.of("--lr", Double.toString(training.adam().learningRate())));
    }
    words.addAll(rate);
    if (shares.enough()) {
      words.addAll(List.of("--validation", Double.toString(shares.validation())));
      words.addAll(List.of("--calibration", Double.toString(shares.calibration())));
    }
    if (seed != 0) {
      words.addAll(List.of("--seed", Long.toString(seed)));
    }
    words.addAll(reading);
    words.addAll(List.of("-o", MODEL));
    return ShellCommand.of(words);
  }

  /** Returns the command that inspects with the recipe's model as its latency was measured. */
  static String inspect(CandidateLatency latency, List<String> reading) {
    List<String> words = new ArrayList<>(List.of("inspect", MODEL));
    words.addAll(reading);
    words.addAll(
        List.of(
            "--engine",
            latency.fastest().engine().toString(),
            "--threads",
            Integer.toString(latency.fastest().threads()),
            "DIR"));
    return ShellCommand.of(words);
  }
}
