package dev.flowline.nn;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.InstructionSet;
import dev.flowline.internal.LibFlowline;
import dev.flowline.internal.Natives;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.bytedeco.pytorch.global.torch;

/**
 * The process's contexts of libflowline for layers: as many as there have been calls at once, each
 * with the number of threads that LibTorch has in the thread that calls, and on LibTorch's own
 * threads: those of another pool would wait for the processors on which LibTorch's still spin. A
 * context keeps the memory of its largest call until {@link #release}.
 */
final class LayerContexts {
  private static final Map<Integer, Deque<Lent>> IDLE = new HashMap<>(); // by threads
  private static int releases;

  /** A context, and how many releases there had been when it was made. */
  private record Lent(LibFlowline.Context context, int made) {}

  private LayerContexts() {}

  /**
   * Calls libflowline with a context.
   *
   * @param call returns a status
   * @throws FlowlineException if that is not FLOWLINE_OK
   */
  static void run(ToIntFunction<LibFlowline.Context> call) {
    int threads = torch.get_num_threads();
    Lent lent = take(threads);
    try {
      FlowlineException.check(call.applyAsInt(lent.context()));
    } finally {
      giveBack(lent, threads);
    }
  }

  /**
   * Frees the memory of all contexts: of idle ones now, of one in use when its call ends. Contexts
   * that are made later begin with none.
   */
  static synchronized void release() {
    releases++;
    IDLE.values().forEach(idle -> idle.forEach(LayerContexts::destroy));
    IDLE.clear();
  }

  /** Returns how many contexts keep the memory of earlier calls. */
  static synchronized int idle() {
    return IDLE.values().stream().mapToInt(Deque::size).sum();
  }

  private static synchronized Lent take(int threads) {
    Lent idle = ofThreads(threads).poll();
    if (idle != null) {
      return idle;
    }
    LibFlowline.Context context = new LibFlowline.Context();
    try (LibFlowline.ContextOptions options = new LibFlowline.ContextOptions()) {
      options.threads(threads).parallel(Natives.openMpParallel());
      options.instruction_set(InstructionSet.wanted().code());
      FlowlineException.check(LibFlowline.flowline_context_create(options, context));
    }
    return new Lent(context, releases);
  }

  private static synchronized void giveBack(Lent lent, int threads) {
    if (lent.made() == releases) {
      ofThreads(threads).push(lent);
    } else {
      destroy(lent);
    }
  }

  private static void destroy(Lent lent) {
    LibFlowline.flowline_context_destroy(lent.context());
  }

  private static Deque<Lent> ofThreads(int threads) {
    return IDLE.computeIfAbsent(threads, none -> new ArrayDeque<>());
  }
}
