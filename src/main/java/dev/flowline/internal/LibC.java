package dev.flowline.internal;

import org.bytedeco.javacpp.FunctionPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * Mirror of what Flowline calls of the C library. It has a JNI library of its own, which needs no
 * other: it is loaded first, while the libraries that read the environment are not.
 */
@Platform(include = {"<malloc.h>", "<stdlib.h>"})
final class LibC {
  static {
    Loader.load(LibC.class);
  }

  /** The parameter of {@link #mallopt}: freed memory at the end of the heap beyond it goes back. */
  static final int M_TRIM_THRESHOLD = -1;

  /** The parameter of {@link #mallopt}: an allocation from this size on is a mapping of its own. */
  static final int M_MMAP_THRESHOLD = -3;

  private LibC() {}

  /** The value that native code sees, which may differ from {@link System#getenv}'s; or null. */
  static native @Cast("const char*") String getenv(String name);

  /** Sets a variable, over a present value if overwrite is not 0; returns 0 for success. */
  static native int setenv(String name, String value, int overwrite);

  /** Returns 0 for success. */
  static native int unsetenv(String name);

  /** Returns 1 for success, 0 for failure. */
  static native int mallopt(int parameter, int value);

  /** A function of C without arguments that returns an int. */
  static final class IntFunction extends FunctionPointer {
    /** The function at an address. */
    IntFunction(Pointer address) {
      allocate();
      put(address);
    }

    private native void allocate();

    /** Paired with {@link #put}, as JavaCPP wants it. */
    public native Pointer get();

    @Override
    @SuppressWarnings("unchecked")
    public native IntFunction put(Pointer address);

    /** Calls it. */
    native int call();
  }
}
