package dev.flowline.tensor;

import dev.flowline.internal.Natives;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The one owner of native lifetimes: every tensor made while a scope is open is freed when it
 * closes, except those handed out by {@link #keep}. Scopes nest; each belongs to the thread that
 * opened it.
 *
 * <p>A scope is opened in few named places: a training step, an evaluation step, one inspection.
 * Modules and layers never open one.
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
   * A handle to the same storage that outlives this scope and every other; whoever calls closes it.
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
