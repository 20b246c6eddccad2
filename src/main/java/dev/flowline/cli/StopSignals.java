package dev.flowline.cli;

import dev.flowline.io.FinalWrites;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The work of the program when it is asked to stop, by Ctrl-C, SIGTERM or SIGHUP: it finishes the
 * file that it writes, prints how to go on if a command has said so, and ends by the signal.
 *
 * <p>An orderly exit would run the static destructors of LibTorch while a thread still computes,
 * which can crash.
 */
final class StopSignals {
  private static final List<String> STOPPING = List.of("INT", "TERM", "HUP");
  private static final AtomicReference<Supplier<String>> HINT = new AtomicReference<>();

  /** The time during which a hint holds. */
  interface Hint extends AutoCloseable {
    @Override
    void close();
  }

  private StopSignals() {}

  /** Handles the signals from now on; for a process that is all Flowline's. */
  static void handle(PrintWriter err) {
    for (String name : STOPPING) {
      try {
        Signal.handle(new Signal(name), signal -> stop(signal, err));
      } catch (IllegalArgumentException e) {
        // With -Xrs the signal ends the process at once, which loses a partial file at most.
      }
    }
  }

  private static void stop(Signal signal, PrintWriter err) {
    FinalWrites.await();
    Supplier<String> hint = HINT.get();
    if (hint != null) {
      if (Terminal.watchesStandardError()) {
        err.println(); // below the progress bar
      }
      err.println(hint.get());
      err.flush();
    }
    Signal.handle(signal, SignalHandler.SIG_DFL);
    end(signal);
  }

  /** Ends the process by a signal that has no handler any more, which Java's raise refuses. */
  private static void end(Signal signal) {
    String kill = "kill -s " + signal.getName() + " " + ProcessHandle.current().pid();
    try {
      new ProcessBuilder("sh", "-c", kill).start().waitFor();
    } catch (IOException | InterruptedException e) {
      // There is no shell: it ends by itself, with the exit code of the signal.
    }
    Runtime.getRuntime().halt(Flowline.KILLED + signal.getNumber());
  }

  /** Sets the line that is made and printed if the process is stopped, until it is closed. */
  static Hint hint(Supplier<String> line) {
    HINT.set(line);
    return () -> HINT.set(null);
  }
}
