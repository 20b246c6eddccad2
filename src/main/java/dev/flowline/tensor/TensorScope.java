package dev.flowline.tensor;

import dev.flowline.internal.Natives;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A scope of native memory: every tensor made while it is open is freed when it closes, except
 * those that {@link #keep} returns. Scopes nest; each belongs to the thread that opened it.
 *
 * <p>Whoever starts a unit of work opens a scope: a training step, an encoding, the reading of a
 * file. Modules and layers of a network never open one; a part of a network that they name has one
 * of its own.
 */
public final class TensorScope implements AutoCloseable {
  private final PointerScope scope;

  private TensorScope() {
    Natives.load();
    scope = new PointerScope();
  }

  /** Opens a scope on the calling thread. */
  public static TensorScope open() {
    return new TensorScope();
  }

  /**
   * Returns a handle to the same storage that outlives this scope and every other; the caller
   * closes it.
   */
  public Tensor keep(Tensor tensor) {
    Tensor kept =
        new Tensor(tensor); // a new handle to the same storage, so that no view is affected
    kept.retainReference(); // detaching it from the JavaCPP scope alone would free it at once
    return kept;
  }

  @Override
  public void close() {
    scope.close();
  }
}
