package dev.flowline.cli;

import dev.flowline.model.AnomalyModel;
import dev.flowline.model.StoredNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The line on standard error that shows what to do with a model next. */
final class NextCommand {
  private NextCommand() {}

  /** Shows how to evaluate a model on the test images of its dataset. */
  static void evaluate(
      Path model,
      DatasetOptions data,
      boolean holdsProgram,
      ImageOptions images,
      CommonOptions common) {
    List<String> words = words("evaluate", model, holdsProgram);
    words.addAll(data.words());
    words.addAll(images.words());
    words.addAll(List.of("--report", "report"));
    print(words, "", common);
  }

  /** Shows how to inspect images with a model. */
  static void inspect(Path model, boolean holdsProgram, ImageOptions images, CommonOptions common) {
    List<String> words = words("inspect", model, holdsProgram);
    words.addAll(images.words());
    words.add("DIR");
    print(words, "   # DIR is a folder of images", common);
  }

  /** Returns whether a model needs {@code --allow-program}. */
  static boolean holdsProgram(AnomalyModel model) {
    return model.network().map(StoredNetwork::program).orElse(false);
  }

  private static List<String> words(String command, Path model, boolean holdsProgram) {
    List<String> words = new ArrayList<>(List.of(command, ShellCommand.word(model)));
    if (holdsProgram) {
      words.add("--allow-program");
    }
    return words;
  }

  private static void print(List<String> words, String comment, CommonOptions common) {
    if (!common.json()) {
      common.out().flush();
      common.err().println("next: " + ShellCommand.of(words) + comment);
    }
  }
}
