package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.flowline.internal.LibFlowline;
import dev.flowline.internal.Natives;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LayerContextsTest {
  @BeforeEach
  void beginWithNone() {
    Natives.load();
    LayerContexts.release();
  }

  @Test
  void aContextIsUsedAgainUntilItIsReleased() {
    long[] used = new long[3];
    LayerContexts.run(context -> note(context, used, 0));
    LayerContexts.run(context -> note(context, used, 1));
    assertEquals(used[0], used[1]);
    assertEquals(1, LayerContexts.idle());
    LayerContexts.release();
    assertEquals(0, LayerContexts.idle());
    LayerContexts.run(context -> note(context, used, 2));
    assertEquals(1, LayerContexts.idle());
  }

  /** A release while a call runs: its context goes when the call ends, and another one stays. */
  @Test
  void aContextInUseIsReleasedWhenItsCallEnds() {
    LayerContexts.run(
        outer -> {
          LayerContexts.release();
          LayerContexts.run(
              inner -> {
                assertNotEquals(outer.address(), inner.address());
                return LibFlowline.FLOWLINE_OK;
              });
          assertEquals(1, LayerContexts.idle());
          return LibFlowline.FLOWLINE_OK;
        });
    assertEquals(1, LayerContexts.idle());
  }

  private static int note(LibFlowline.Context context, long[] addresses, int place) {
    addresses[place] = context.address();
    return LibFlowline.FLOWLINE_OK;
  }
}
