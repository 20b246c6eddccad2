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
 * threads: those of another pool would wait for the processors on which LibTorch's still spin.
 */
final class LayerContexts {
  private static final Map<Integer, Deque<LibFlowline.Context>> IDLE =
      new HashMap<>(); // by threads

  private LayerContexts() {}

  /**
   * Calls libflowline with a context.
   *
   * @param call returns a status
   * @throws FlowlineException if that is not FLOWLINE_OK
   */
  static void run(ToIntFunction<LibFlowline.Context> call) {
    int threads = torch.get_num_threads();
    LibFlowline.Context context = take(threads);
    try {
      FlowlineException.check(call.applyAsInt(context));
    } finally {
      giveBack(context, threads);
    }
  }

  private static synchronized LibFlowline.Context take(int threads) {
    LibFlowline.Context idle = ofThreads(threads).poll();
    if (idle != null) {
      return idle;
    }
    LibFlowline.Context context = new LibFlowline.Context();
    try (LibFlowline.ContextOptions options = new LibFlowline.ContextOptions()) {
      options.threads(threads).parallel(Natives.openMpParallel());
      options.instruction_set(InstructionSet.wanted().code());
      FlowlineException.check(LibFlowline.flowline_context_create(options, context));
    }
    return context;
  }

  private static synchronized void giveBack(LibFlowline.Context context, int threads) {
    ofThreads(threads).push(context);
  }

  private static Deque<LibFlowline.Context> ofThreads(int threads) {
    return IDLE.computeIfAbsent(threads, none -> new ArrayDeque<>());
  }
}
