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
 * Contexts of libflowline for layers: as many as there are calls at once, each with the number of
 * threads that LibTorch has in the thread that calls, and on LibTorch's own threads: those of
 * another pool would wait for the processors on which LibTorch's still spin.
 */
final class LayerContexts implements AutoCloseable {
  private record Held(LibFlowline.Context context, int threads) {}

  private final Deque<Held> idle = new ArrayDeque<>();
  private boolean closed;

  /**
   * Calls libflowline with a context.
   *
   * @param call returns a status
   * @throws FlowlineException if that is not FLOWLINE_OK
   */
  void run(ToIntFunction<LibFlowline.Context> call) {
    Held held = take(torch.get_num_threads());
    try {
      FlowlineException.check(call.applyAsInt(held.context));
    } finally {
      giveBack(held);
    }
  }

  private synchronized Held take(int threads) {
    while (!idle.isEmpty()) {
      Held held = idle.pop();
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

  private synchronized void giveBack(Held held) {
    if (closed) {
      LibFlowline.flowline_context_destroy(held.context);
    } else {
      idle.push(held);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(held -> LibFlowline.flowline_context_destroy(held.context));
    idle.clear();
  }
}
