package dev.flowline.nn;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.InstructionSet;
import dev.flowline.internal.LibFlowline;
import dev.flowline.internal.Natives;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.ToIntFunction;
import org.bytedeco.pytorch.global.torch;

/**
 * The process's contexts of libflowline for layers: as many as there have been calls at once, each
 * with the number of threads that LibTorch has in the thread that calls, and on LibTorch's own
 * threads: those of another pool would wait for the processors on which LibTorch's still spin.
 */
final class LayerContexts {
  private record Held(LibFlowline.Context context, int threads) {}

  private static final Deque<Held> IDLE = new ArrayDeque<>();

  private LayerContexts() {}

  /**
   * Calls libflowline with a context.
   *
   * @param call returns a status
   * @throws FlowlineException if that is not FLOWLINE_OK
   */
  static void run(ToIntFunction<LibFlowline.Context> call) {
    Held held = take(torch.get_num_threads());
    try {
      FlowlineException.check(call.applyAsInt(held.context));
    } finally {
      giveBack(held);
    }
  }

  private static synchronized Held take(int threads) {
    while (!IDLE.isEmpty()) {
      Held held = IDLE.pop();
      if (held.threads == threads) {
        return held;
      }
      LibFlowline.flowline_context_destroy(held.context);
    }
    LibFlowline.Context context = new LibFlowline.Context();
    try (LibFlowline.ContextOptions options = new LibFlowline.ContextOptions()) {
      options.threads(threads).parallel(Natives.openMpParallel());
      options.instruction_set(InstructionSet.wanted().code());
      FlowlineException.check(LibFlowline.flowline_context_create(options, context));
    }
    return new Held(context, threads);
  }

  private static synchronized void giveBack(Held held) {
    IDLE.push(held);
  }
}
