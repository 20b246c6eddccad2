package dev.flowline.internal;

import org.bytedeco.javacpp.FunctionPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The mirror of the C library's functions that Flowline calls. Its JNI library needs no other and
 * is loaded before the libraries that read the environment.
 */
@Platform(include = {"<malloc.h>", "<stdlib.h>", "<unistd.h>"})
final class LibC {
  static {
    Natives.prepareLoading(); // whoever is first to call a function here
    CachedNatives.refresh();
    Loader.load(LibC.class);
  }

  /** The limit of free memory at the end of the heap: what exceeds it goes back to the system. */
  static final int M_TRIM_THRESHOLD = -1;

  /** The size from which on an allocation is a separate mapping. */
  static final int M_MMAP_THRESHOLD = -3;

  private LibC() {}

  /** Returns the value that native code sees, which may differ from System.getenv's; or null. */
  static native @Cast("const char*") String getenv(String name);

  /** Sets a variable, also over an existing value if overwrite is not 0; returns 0 for success. */
  static native int setenv(String name, String value, int overwrite);

  /** Removes a variable; returns 0 for success. */
  static native int unsetenv(String name);

  /** Sets a parameter of the allocator; returns 1 for success, 0 for failure. */
  static native int mallopt(int parameter, int value);

  /** Returns a new descriptor of the file that another one stands for; negative for failure. */
  static native int dup(int descriptor);

  /** Makes the second descriptor stand for the file of the first; negative for failure. */
  static native int dup2(int descriptor, int other);

  /** Writes bytes to a descriptor; returns how many were written, negative for failure. */
  static native @Cast("ssize_t") long write(
      int descriptor, @Cast("const void*") byte[] bytes, @Cast("size_t") long count);

  /** A function of C without arguments that returns an int. */
  static final class IntFunction extends FunctionPointer {
    /** Makes the function at an address. */
    IntFunction(Pointer address) {
      allocate();
      put(address);
    }

    private native void allocate();

    /** Returns the function; JavaCPP requires this pair of {@link #put}. */
    public native Pointer get();

    @Override
    @SuppressWarnings("unchecked")
    public native IntFunction put(Pointer address);

    /** Calls the function. */
    native int call();
  }
}
