package dev.flowline.cli;

import dev.flowline.data.SyntheticLine;
import dev.flowline.data.demo.Product;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * The program by which the launcher's build learns what commands load: it makes a small model and
 * runs with it what people wait for. The JVM notes the classes meanwhile, and an archive of them
 * starts faster than the jars do.
 */
public final class Rehearsal {
  private static final int SIZE = 64;
  private static final int TRAIN_IMAGES = 12;

  private Rehearsal() {}

  /** Runs the program; its argument is an empty folder, which it fills. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Path data = folder.resolve("data");
    new SyntheticLine(1, SIZE, TRAIN_IMAGES, 1, 0).write(data, (done, of) -> {});
    String product = Product.STEEL.label();
    String model = folder.resolve("model.flowline").toString();
    String good = data.resolve(product).resolve("test").resolve("good").toString();
    for (List<String> command :
        List.of(
            List.of("--version"),
            List.of("inspect", "--help"),
            List.of("info", "models"),
            List.of("info", "extractors"),
            List.of(
                "train",
                "--data=" + data,
                "--category=" + product,
                "--input=" + SIZE,
                "--steps=1",
                "--epochs=1",
                "--batch=4",
                "--calibration-by=SPLIT",
                "--threads=1",
                "-o",
                model),
            List.of("info", model),
            List.of("info", model, "--json"),
            List.of("inspect", model, good, "--threads=1", "-o", folder.resolve("out").toString()),
            List.of("inspect", model, good, "--threads=1", "--json"))) {
      run(command);
    }
    System.exit(Flowline.SUCCESS);
  }

  private static void run(List<String> command) {
    StringWriter said = new StringWriter();
    PrintWriter to = new PrintWriter(said);
    int exitCode = Flowline.run(to, to, command.toArray(String[]::new));
    if (exitCode != Flowline.SUCCESS) {
      System.err.println("flowline " + String.join(" ", command) + ": exit code " + exitCode);
      System.err.println(said);
      System.exit(exitCode);
    }
  }
}
