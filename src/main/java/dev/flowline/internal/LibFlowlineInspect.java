package dev.flowline.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByPtrPtr;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.MemberGetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The mirror of the functions of {@code inspect.h} that Flowline calls. The JNI compiler checks it
 * against the header, which documents the functions. A build without libflowline_inspect lacks its
 * natives, see {@link Natives#hasInspectLibrary}.
 */
@Platform(
    include = "flowline/inspect.h",
    link = {"flowline@.0", "flowline_inspect@.0"})
public final class LibFlowlineInspect {
  static {
    Natives.loadLibFlowlineInspect();
  }

  private LibFlowlineInspect() {}

  @Opaque
  @Name("flowline_model")
  public static class Model extends Pointer {
    static {
      Natives.loadLibFlowlineInspect();
    }

    /** Makes a null pointer, which {@link #flowline_model_open} sets. */
    public Model() {
      super((Pointer) null);
    }
  }

  @Name("flowline_model_options")
  public static class ModelOptions extends Pointer {
    static {
      Natives.loadLibFlowlineInspect();
    }

    /** Makes the default options: ONNX Runtime on the CPU with one thread, frame by frame. */
    public ModelOptions() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native ModelOptions struct_size(int size);

    public native int threads();

    public native ModelOptions threads(int threads);

    public native int batch();

    public native ModelOptions batch(int batch);
  }

  /** The answers about frames. */
  @Name("flowline_judgement")
  public static class Judgement extends Pointer {
    static {
      Natives.loadLibFlowlineInspect();
    }

    /** Makes an array, each element with its size set and all else 0. */
    public Judgement(long count) {
      super((Pointer) null);
      allocateArray(count);
      zero();
      for (long i = 0; i < count; i++) {
        getPointer(i).struct_size(sizeof());
      }
    }

    public Judgement(Pointer element) {
      super(element);
    }

    private native void allocateArray(long count);

    @Override
    @SuppressWarnings("unchecked")
    public Judgement getPointer(long i) {
      return new Judgement((Pointer) this).offsetAddress(i);
    }

    public native @Cast("uint32_t") int struct_size();

    public native Judgement struct_size(int size);

    @MemberGetter
    public native @Cast("int") int verdict();

    @MemberGetter
    public native float min_log10_nfa();

    @MemberGetter
    public native float anomaly_score();

    public native LibFlowline.Region regions();

    public native Judgement regions(LibFlowline.Region regions);

    public native @Cast("int64_t") long capacity();

    public native Judgement capacity(long capacity);

    @MemberGetter
    public native @Cast("int64_t") long region_count();

    /** Returns the address of the anomaly map. */
    public native @Cast("float*") long anomaly_map();

    public native Judgement anomaly_map(long address);
  }

  public static native int flowline_model_open(
      String path, @Const ModelOptions options, @ByPtrPtr Model model);

  public static native void flowline_model_close(Model model);

  public static native @Cast("const char*") String flowline_model_description(@Const Model model);

  public static native int flowline_model_preprocessing(
      @Const Model model, LibFlowline.Preprocessing preprocessing);

  public static native int flowline_model_inspect(
      LibFlowline.Context context,
      @Const Model model,
      @Const LibFlowline.Frame frames,
      @Cast("int64_t") long count,
      Judgement judgements);
}
