import dev.flowline.line.Inspector;
import dev.flowline.runtime.NativeRuntime;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Inspects one image many times inside a program that sets nothing but, where it is asked to, the
 * number of threads. Arguments: how the threads are set, the model, the image, how many inspections.
 * Prints the last verdict, then what {@link NativeRuntime#check()} reports.
 */
public final class Embedded {
  private Embedded() {}

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "default" -> {}
      case "one" -> NativeRuntime.setThreads(1);
      case "late", "past" -> {} // below
      case "libtorch-first" -> Loader.load(torch.class);
      default -> throw new IllegalArgumentException(args[0]);
    }
    try (Inspector inspector = Inspector.open(Path.of(args[1]))) {
      if (args[0].equals("late")) {
        inspector.inspect(Path.of(args[2]));
        NativeRuntime.setThreads(1);
      } else if (args[0].equals("past")) {
        torch.set_num_threads(NativeRuntime.threads() + 1);
      }
      Object verdict = null;
      for (int i = 0; i < Integer.parseInt(args[3]); i++) {
        verdict = inspector.inspect(Path.of(args[2])).verdict();
      }
      System.out.println(verdict);
      NativeRuntime.check().forEach(System.out::println);
    }
  }
}
