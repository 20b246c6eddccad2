package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.flowline.ChildJvm;
import dev.flowline.TinyLine;
import dev.flowline.data.Dataset;
import dev.flowline.io.Images;
import dev.flowline.io.OutputLock;
import dev.flowline.tensor.Device;
import dev.flowline.train.TrainingRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands replace, what they do if another process writes the same, and what they print. */
class OverwriteTest {
  @TempDir Path folder;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertFails(int exitCode, String words, Invocation failed) {
    assertEquals(exitCode, failed.exitCode(), failed.err());
    String last = failed.err().strip().lines().reduce((a, b) -> b).orElse("");
    assertTrue(last.startsWith("flowline ") && last.contains(words), failed.err());
  }

  @Test
  void trainReplacesAFinishedModelOnlyIfItIsTold() throws IOException {
    Path model = Files.writeString(folder.resolve("gear.flowline"), "a finished model");
    Invocation careless = SmallLine.train(model, "--epochs=1");
    assertFails(
        Flowline.USAGE,
        model + " exists: name another file with --output, or add --overwrite to replace it",
        careless);
    assertEquals(1, careless.err().strip().lines().count(), careless.err());
    assertEquals("a finished model", Files.readString(model));
    assertEquals(List.of("gear.flowline"), names(folder));
    Invocation told = SmallLine.train(model, "--epochs=1", "--overwrite");
    assertEquals(0, told.exitCode(), told.err());
    assertEquals(List.of("gear.flowline", "gear.flowline.log.jsonl"), names(folder));
    assertEquals(0, Invocation.of("info", model.toString()).exitCode());
  }

  @Test
  void importReplacesAModelOnlyIfItIsTold() throws IOException {
    Path model = Files.writeString(folder.resolve("gear.flowline"), "a finished model");
    String[] convert = {"import", "there is none.ckpt", "-o", model.toString()};
    assertFails(Flowline.USAGE, "add --overwrite", Invocation.of(convert));
    String[] told = Arrays.copyOf(convert, convert.length + 1);
    told[convert.length] = "--overwrite";
    assertFails(Flowline.FAILURE, "there is none.ckpt", Invocation.of(told));
  }

  @Test
  void aSecondTrainingOfTheSameModelSaysWhoTrainsIt() throws Exception {
    Path model = folder.resolve("gear.flowline");
    String[] long1 = SmallLine.trainArguments(model, "--epochs=2000", "--patience=0");
    Process first = ChildJvm.of(Flowline.class, 0, List.of("-Xmx512m"), long1).start();
    try {
      await(first, folder.resolve("gear.flowline.checkpoint"));
      Invocation second = SmallLine.train(model, "--epochs=1");
      String message = "another training (process " + first.pid() + ") writes " + model;
      assertFails(Flowline.FAILURE, message, second);
      assertFails(Flowline.FAILURE, message, SmallLine.train(model, "--epochs=1", "--resume"));
    } finally {
      first.destroyForcibly().waitFor();
    }
    Invocation other = SmallLine.train(model, "--epochs=2000", "--patience=0");
    assertFails(Flowline.USAGE, "add --resume, or delete it", other);
  }

  private static void await(Process process, Path file) throws Exception {
    while (!Files.exists(file)) {
      assertTrue(process.isAlive(), "it ended before it could be stopped");
      Thread.sleep(5);
    }
  }

  /**
   * Presses Ctrl-C and returns what the process has printed when it has ended. A process whose
   * parent ignores Ctrl-C, as one in the background of a script does, ignores it too.
   */
  private static String interrupted(Process process) throws Exception {
    new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
    InputStream printed = process.getInputStream();
    FutureTask<byte[]> reading = new FutureTask<>(printed::readAllBytes);
    new Thread(reading).start();
    try {
      return new String(reading.get(60, TimeUnit.SECONDS));
    } catch (TimeoutException e) {
      process.destroyForcibly();
      throw new AssertionError("Ctrl-C is ignored: run the tests in the foreground", e);
    }
  }

  @Test
  void aStoppedTrainingSaysHowToGoOnAndLeavesNothingButItsCheckpointAndLog() throws Exception {
    Path model = folder.resolve("of a line.flowline");
    String[] arguments = SmallLine.trainArguments(model, "--epochs=2000", "--patience=0");
    Process training = ChildJvm.of(Flowline.class, 0, List.of("-Xmx512m"), arguments).start();
    await(training, folder.resolve("of a line.flowline.checkpoint"));
    String output = interrupted(training);
    assertEquals(128 + 2, training.waitFor(), output);
    String last = output.strip().lines().reduce((a, b) -> b).orElse("");
    String command = "stopped; this goes on from the last checkpoint: flowline train --data=";
    assertTrue(last.startsWith(command), output);
    assertTrue(last.contains(" '--output=" + model + "' ") && last.endsWith(" --resume"), last);
    assertEquals(
        List.of("of a line.flowline.checkpoint", "of a line.flowline.log.jsonl"), names(folder));
  }

  /** There is nothing to resume from. */
  @Test
  void aTrainingThatIsStoppedBeforeItsFirstCheckpointBeginsAnew() throws Exception {
    Path model = folder.resolve("gear.flowline");
    String[] arguments =
        SmallLine.trainArguments(
            model, "--epochs=100000", "--patience=0", "--checkpoint-every=100000");
    Process training = ChildJvm.of(Flowline.class, 0, List.of("-Xmx512m"), arguments).start();
    await(training, folder.resolve("gear.flowline.log.jsonl"));
    String output = interrupted(training);
    assertEquals(128 + 2, training.waitFor(), output);
    String last = output.strip().lines().reduce((a, b) -> b).orElse("");
    String command =
        "stopped before the first checkpoint; this begins anew: flowline train --data=";
    assertTrue(last.startsWith(command), output);
    assertFalse(last.contains("--resume"), last);
    assertEquals(List.of("gear.flowline.log.jsonl"), names(folder));
  }

  /** Another process may write it between the first look and the lock. */
  @Test
  void aModelThatHasAppearedMeanwhileIsNotReplaced() throws IOException {
    Path good = SmallLine.data().resolve("steel/test/good");
    Path copy = Files.createDirectory(folder.resolve("good"));
    for (int i = 0; i < 3; i++) {
      Files.copy(good.resolve("00" + i + ".png"), copy.resolve(i + ".png"));
    }
    Files.writeString(copy.resolve("notes.txt"), "no image");
    Path model = folder.resolve("calibrated.flowline");
    StringWriter said = new StringWriter();
    PrintWriter err =
        new PrintWriter(said) {
          @Override
          public void println(String line) {
            super.println(line);
            try {
              if (line.startsWith("note: 1 file is no image")) { // after the first look
                Files.writeString(model, "of another process");
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    int exitCode =
        Flowline.run(
            new PrintWriter(new StringWriter()),
            err,
            "calibrate",
            SmallLine.model().toString(),
            "--good=" + copy,
            "--threads=1",
            "--output=" + model);
    assertEquals(Flowline.USAGE, exitCode, said.toString());
    assertTrue(said.toString().contains(model + " exists: name another file"), said.toString());
    assertEquals("of another process", Files.readString(model));
  }

  @Test
  void trainLooksAgainWhileNoOtherProcessWritesTheModel() throws IOException {
    Path model = folder.resolve("gear.flowline");
    Dataset dataset = TinyLine.dataset(folder.resolve("data"), 1, 12, 32, 32);
    TrainingRequest request =
        TinyLine.request(TinyLine.config(32, 32, 1), dataset, TinyLine.epochs(1, 1), model);
    Runnable check =
        () -> {
          assertThrows(IOException.class, () -> OutputLock.ofFile(model, "work"), "not locked");
          throw new IllegalArgumentException("it exists");
        };
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                TrainingReport.run(
                    request, check, Device.CPU, new CommonOptions(), screening -> {}));
    assertEquals("it exists", e.getMessage());
    assertEquals(List.of("data"), names(folder));
  }

  @Test
  void aModelIsReportedEvenIfItsRunLogCannotBeWritten() throws IOException {
    Path model = folder.resolve("gear.flowline");
    Path log = Files.createDirectory(folder.resolve("gear.flowline.log.jsonl"));
    Invocation train = SmallLine.train(model, "--json");
    assertFails(Flowline.FAILURE, "cannot write " + log, train);
    assertEquals(model.toString(), Json.object(train.out()).path("modelFile").asText());
    assertArrayEquals(Files.readAllBytes(SmallLine.model()), Files.readAllBytes(model));
  }

  private static Invocation evaluate(Path report) throws IOException {
    return Invocation.of(
        "evaluate",
        SmallLine.model().toString(),
        "--data=" + SmallLine.data(),
        "--category=" + SmallLine.PRODUCT,
        "--threads=1",
        "--report=" + report,
        "--json");
  }

  @Test
  void anEvaluationIsPrintedEvenIfItsReportCannotBeWritten() throws IOException {
    Path report = folder.resolve("report");
    Path page = Files.createDirectories(report.resolve("report.html"));
    Invocation evaluate = evaluate(report);
    assertFails(Flowline.FAILURE, "cannot write " + page + ": it is a folder", evaluate);
    Json.assertKeys(Json.object(evaluate.out()), "pixelAuroc", "imageAuroc", "timings");
    for (String left : names(report)) {
      assertFalse(left.startsWith("."), left);
    }
  }

  @Test
  void anEvaluationIsPrintedEvenIfItsReportHasNoPlace() throws IOException {
    Path report = Files.writeString(folder.resolve("file"), "no folder").resolve("report");
    Invocation evaluate = evaluate(report);
    assertFails(Flowline.FAILURE, "cannot write " + report, evaluate);
    Json.assertKeys(Json.object(evaluate.out()), "pixelAuroc", "imageAuroc", "timings");
  }

  @Test
  void aComparisonIsPrintedEvenIfItsFilesCannotBeWritten() throws IOException {
    Path output = folder.resolve("results");
    String[] compare =
        SmallLine.arguments(
            "compare", output, new String[] {"--category=steel"}, "--models=padim", "--json");
    compare = Stream.of(compare).filter(word -> !fits(word)).toArray(String[]::new);
    Files.createDirectories(output.resolve("steel/padim/seed-0/report.html"));
    Invocation unreported = Invocation.of(compare);
    assertFails(Flowline.FAILURE, "seed-0/report.html: it is a folder", unreported);
    JsonNode run = Json.object(unreported.out()).at("/runs/0");
    assertTrue(run.at("/figures/pixelAuroc").isNumber(), unreported.out());

    Files.delete(output.resolve("steel/padim/seed-0/report.html"));
    Files.deleteIfExists(output.resolve("compare.html"));
    Files.createDirectory(output.resolve("compare.html"));
    Invocation untold = Invocation.of(compare);
    assertFails(Flowline.FAILURE, "compare.html: it is a folder", untold);
    Files.delete(output.resolve("compare.html"));
    Invocation whole = Invocation.of(compare);
    assertEquals(0, whole.exitCode(), whole.err());
    assertTrue(Files.isRegularFile(output.resolve("steel/padim/seed-0/report.html")));
  }

  /** Returns whether an argument says how to train, which PaDiM has no use for. */
  private static boolean fits(String argument) {
    return argument.matches("--(epochs|batch|lr)=.*");
  }

  @Test
  void aSetOfMadeUpDefectsIsReportedEvenIfItsPageCannotBeWritten() throws IOException {
    Path page = Files.createDirectory(folder.resolve("steel.html"));
    Invocation synthesize =
        Invocation.of(
            "synthesize",
            "--data=" + SmallLine.data(),
            "--category=steel",
            "--output=" + folder,
            "--validation=0.25",
            "--json");
    assertFails(Flowline.FAILURE, page + ": it is a folder", synthesize);
    assertEquals(6, Json.object(synthesize.out()).path("goodImages").asInt());
  }

  @Test
  void commandsOnOneFolderKeepEachOtherOut() throws IOException {
    String category = "--category=" + SmallLine.PRODUCT;
    String data = "--data=" + SmallLine.data();
    try (OutputLock other = OutputLock.ofFolder(folder, "work")) {
      String[] compare =
          SmallLine.arguments("compare", folder, new String[] {category}, "--models=u-flow");
      assertFails(Flowline.FAILURE, "another comparison (process ", Invocation.of(compare));
      assertFails(
          Flowline.FAILURE,
          "another evaluation (process ",
          Invocation.of(
              "evaluate", SmallLine.model().toString(), data, category, "--report=" + folder));
      assertFails(
          Flowline.FAILURE, "another demo (process ", Invocation.of("demo", "-o", "" + folder));
    }
    try (OutputLock other = OutputLock.ofFile(folder.resolve("steel"), "work")) {
      assertFails(
          Flowline.FAILURE,
          "another synthesis (process ",
          Invocation.of("synthesize", data, category, "-o", "" + folder, "--validation=0.25"));
    }
    assertEquals(List.of(), names(folder));
  }

  @Test
  void threeInspectionsIntoOneFolderGiveWholePictures() throws Exception {
    Path output = folder.resolve("pictures");
    Path images = SmallLine.data().resolve("steel/test");
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(
          ChildJvm.of(
                  Flowline.class,
                  0,
                  List.of("-Xmx512m"),
                  "inspect",
                  SmallLine.model().toString(),
                  images.toString(),
                  "--threads=1",
                  "--output=" + output)
              .start());
    }
    for (Process one : all) {
      String lines = new String(one.getInputStream().readAllBytes());
      assertEquals(0, one.waitFor(), lines);
      assertFalse(lines.contains("\"error\":\""), lines);
    }
    try (Stream<Path> written = Files.walk(output)) {
      List<Path> files = written.filter(Files::isRegularFile).toList();
      assertEquals(2 * 9, files.size(), files.toString());
      for (Path picture : files) {
        Images.read(picture);
      }
    }
  }
}
