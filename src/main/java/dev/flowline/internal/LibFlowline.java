package dev.flowline.internal;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByPtrPtr;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.MemberGetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The mirror of the functions of {@code flowline.h} that Flowline calls. The JNI compiler checks it
 * against the header, which documents the functions.
 */
@Platform(include = "flowline/flowline.h", link = "flowline@.0")
public final class LibFlowline {
  static {
    Natives.loadLibFlowline();
  }

  public static final int FLOWLINE_OK = 0;
  public static final int FLOWLINE_INVALID_ARGUMENT = 1;
  public static final int FLOWLINE_NOT_FINITE = 2;
  public static final int FLOWLINE_UNAVAILABLE = 6;
  public static final int FLOWLINE_TOO_FEW_IMAGES = 7;

  public static final int FLOWLINE_DEVICE_CPU = 0;
  public static final int FLOWLINE_DEVICE_CUDA = 1;

  public static final int FLOWLINE_TENSOR_BROADCAST = 1;

  public static final int FLOWLINE_FRAME_GRAY8 = 1;
  public static final int FLOWLINE_FRAME_GRAY16 = 2;
  public static final int FLOWLINE_FRAME_RGB8 = 3;
  public static final int FLOWLINE_FRAME_BGR8 = 4;
  public static final int FLOWLINE_FRAME_RGB16 = 11;

  public static final int FLOWLINE_NOT_INSPECTED = 0;
  public static final int FLOWLINE_GOOD = 1;
  public static final int FLOWLINE_DEFECT = 2;
  public static final int FLOWLINE_UNDECIDED = 3;

  private LibFlowline() {}

  @Opaque
  @Name("flowline_context")
  public static class Context extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes a null pointer, which {@link #flowline_context_create} sets. */
    public Context() {
      super((Pointer) null);
    }
  }

  @Name("flowline_context_options")
  public static class ContextOptions extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the default options: the CPU with one thread. */
    public ContextOptions() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof()).threads(1);
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native ContextOptions struct_size(int size);

    public native int threads();

    public native ContextOptions threads(int threads);

    public native int device();

    public native ContextOptions device(int device);

    public native int device_index();

    public native ContextOptions device_index(int index);

    public native int instruction_set();

    public native ContextOptions instruction_set(int set);

    /** Returns the address of a {@code cudaStream_t}. */
    public native @Cast("void*") long stream();

    public native ContextOptions stream(long handle);

    /** Returns the address of the function that runs the context's work; 0 for none. */
    public native @Cast("flowline_parallel") long parallel();

    public native ContextOptions parallel(long function);
  }

  /** A tensor in memory of the caller: address, dimensions and strides. */
  @Name("flowline_tensor")
  public static class Tensor extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes an array, each element with its size set and all else 0: float32, dense. */
    public Tensor(long count) {
      super((Pointer) null);
      allocateArray(count);
      zero();
      for (long i = 0; i < count; i++) {
        getPointer(i).struct_size(sizeof());
      }
    }

    public Tensor(Pointer element) {
      super(element);
    }

    private native void allocateArray(long count);

    @Override
    @SuppressWarnings("unchecked")
    public Tensor getPointer(long i) {
      return new Tensor((Pointer) this).offsetAddress(i);
    }

    public native @Cast("uint32_t") int struct_size();

    public native Tensor struct_size(int size);

    public native int type();

    public native Tensor type(int type);

    /** Returns the address of the first element. */
    public native @Cast("const void*") long data();

    public native Tensor data(long address);

    public native @Cast("int64_t") long batch();

    public native Tensor batch(long batch);

    public native @Cast("int64_t") long channels();

    public native Tensor channels(long channels);

    public native @Cast("int64_t") long height();

    public native Tensor height(long height);

    public native @Cast("int64_t") long width();

    public native Tensor width(long width);

    public native @Cast("int64_t") long batch_stride();

    public native Tensor batch_stride(long elements);

    public native @Cast("int64_t") long channel_stride();

    public native Tensor channel_stride(long elements);

    public native @Cast("int64_t") long row_stride();

    public native Tensor row_stride(long elements);

    public native @Cast("int64_t") long column_stride();

    public native Tensor column_stride(long elements);

    public native @Cast("uint32_t") int flags();

    public native Tensor flags(int flags);
  }

  /** A frame in memory of the caller: without gaps between its rows, and all of it. */
  @Name("flowline_frame")
  public static class Frame extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the structure with its size set and all else 0. */
    public Frame() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    /** Makes an array, whose elements are to be set. */
    public Frame(long count) {
      super((Pointer) null);
      allocateArray(count);
      zero();
    }

    public Frame(Pointer element) {
      super(element);
    }

    private native void allocate();

    private native void allocateArray(long count);

    @Override
    @SuppressWarnings("unchecked")
    public Frame getPointer(long i) {
      return new Frame((Pointer) this).offsetAddress(i);
    }

    public native @Cast("uint32_t") int struct_size();

    public native Frame struct_size(int size);

    public native int format();

    public native Frame format(int format);

    /** Returns the address of the first pixel. */
    public native @Cast("const void*") long data();

    public native Frame data(long address);

    public native @Cast("int64_t") long height();

    public native Frame height(long height);

    public native @Cast("int64_t") long width();

    public native Frame width(long width);

    /** Returns the bits that 16-bit samples really have; 0: those of the preprocessing. */
    public native int bits();

    public native Frame bits(int bits);
  }

  @Name("flowline_preprocessing")
  public static class Preprocessing extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the structure with its size set and all else 0. */
    public Preprocessing() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native Preprocessing struct_size(int size);

    public native int bits();

    public native Preprocessing bits(int bits);

    public native @Cast("int64_t") long height();

    public native Preprocessing height(long height);

    public native @Cast("int64_t") long width();

    public native Preprocessing width(long width);

    public native float mean(int channel);

    public native Preprocessing mean(int channel, float mean);

    public native float deviation(int channel);

    public native Preprocessing deviation(int channel, float deviation);
  }

  @Name("flowline_segment_options")
  public static class SegmentOptions extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the structure with its size set and all else 0. */
    public SegmentOptions() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native SegmentOptions struct_size(int size);

    public native int pfa_bound();

    public native SegmentOptions pfa_bound(int bound);

    public native int number_of_tests();

    public native SegmentOptions number_of_tests(int tests);

    public native @Cast("int64_t") long roi_x();

    public native SegmentOptions roi_x(long x);

    public native @Cast("int64_t") long roi_y();

    public native SegmentOptions roi_y(long y);

    public native @Cast("int64_t") long roi_width();

    public native SegmentOptions roi_width(long width);

    public native @Cast("int64_t") long roi_height();

    public native SegmentOptions roi_height(long height);

    /** Returns the address of the first image's mask. */
    public native @Cast("const uint8_t*") long ignore();

    public native SegmentOptions ignore(long address);

    public native @Cast("int64_t") long ignore_batch_stride();

    public native SegmentOptions ignore_batch_stride(long bytes);

    public native @Const RegionLaw law();

    public native SegmentOptions law(RegionLaw law);

    public native @Cast("int64_t") long smallest_region();

    public native SegmentOptions smallest_region(long positions);
  }

  @Name("flowline_region_law")
  public static class RegionLaw extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the structure with its size set and all else 0. */
    public RegionLaw() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native RegionLaw struct_size(int size);

    public native int classes();

    public native RegionLaw classes(int classes);

    public native int knots();

    public native RegionLaw knots(int knots);

    /** Returns the address of the levels. */
    public native @Cast("const float*") long level();

    public native RegionLaw level(long address);

    /** Returns the address of the table. */
    public native @Cast("const double*") long log10_pfa();

    public native RegionLaw log10_pfa(long address);

    public native @Cast("int64_t") long height();

    public native RegionLaw height(long height);

    public native @Cast("int64_t") long width();

    public native RegionLaw width(long width);

    public native float baseline();

    public native RegionLaw baseline(float baseline);

    public native float baseline_exponent();

    public native RegionLaw baseline_exponent(float exponent);

    /** Returns the address of the class of the baselines. */
    public native @Cast("const double*") long baseline_log10_pfa();

    public native RegionLaw baseline_log10_pfa(long address);
  }

  @Name("flowline_maps")
  public static class Maps extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the structure with its size set and all else 0, so that no map is requested. */
    public Maps() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native Maps struct_size(int size);

    public native @Cast("int64_t") long height();

    public native Maps height(long height);

    public native @Cast("int64_t") long width();

    public native Maps width(long width);

    public native @Cast("float*") long log10_nfa();

    public native Maps log10_nfa(long address);

    public native @Cast("float*") long min_log10_nfa();

    public native Maps min_log10_nfa(long address);

    public native @Cast("float*") long anomaly_map();

    public native Maps anomaly_map(long address);

    public native @Cast("float*") long anomaly_score();

    public native Maps anomaly_score(long address);

    public native @Cast("float*") long fused_map();

    public native Maps fused_map(long address);

    public native @Cast("double*") long mean_energies();

    public native Maps mean_energies(long address);

    public native @Cast("double*") long channel_means();

    public native Maps channel_means(long address);
  }

  @Name("flowline_region")
  public static class Region extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes an array. */
    public Region(long count) {
      super((Pointer) null);
      allocateArray(count);
    }

    public Region(Pointer element) {
      super(element);
    }

    private native void allocateArray(long count);

    @Override
    @SuppressWarnings("unchecked")
    public Region getPointer(long i) {
      return new Region((Pointer) this).offsetAddress(i);
    }

    @MemberGetter
    public native int x();

    @MemberGetter
    public native int y();

    @MemberGetter
    public native int width();

    @MemberGetter
    public native int height();

    @MemberGetter
    public native @Cast("int64_t") long area();

    @MemberGetter
    public native double centroid_x();

    @MemberGetter
    public native double centroid_y();

    @MemberGetter
    public native int peak_x();

    @MemberGetter
    public native int peak_y();

    @MemberGetter
    public native float log10_nfa();
  }

  /** The threshold and the outputs of {@link #flowline_inspect}; outputs are addresses. */
  @Name("flowline_inspection")
  public static class Inspection extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the structure with its size set and all else 0. */
    public Inspection() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native Inspection struct_size(int size);

    public native @Cast("int64_t") long height();

    public native Inspection height(long height);

    public native @Cast("int64_t") long width();

    public native Inspection width(long width);

    public native double log10_epsilon();

    public native Inspection log10_epsilon(double threshold);

    public native @Cast("int32_t*") long verdict();

    public native Inspection verdict(long address);

    public native @Cast("float*") long min_log10_nfa();

    public native Inspection min_log10_nfa(long address);

    public native Region regions();

    public native Inspection regions(Region regions);

    public native @Cast("int64_t") long capacity();

    public native Inspection capacity(long regions);

    public native @Cast("int64_t*") long region_count();

    public native Inspection region_count(long address);

    public native @Const Maps maps();

    public native Inspection maps(Maps maps);

    public native double guard_below();

    public native Inspection guard_below(double distance);

    public native double guard_above();

    public native Inspection guard_above(double distance);
  }

  /** What {@link #flowline_guard_band} measures. */
  @Name("flowline_repeatability")
  public static class Repeatability extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the structure with its size set and all else 0. */
    public Repeatability() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native Repeatability struct_size(int size);

    @MemberGetter
    public native double guard_band();

    @MemberGetter
    public native double standard_deviation();

    @MemberGetter
    public native double degrees_of_freedom();

    @MemberGetter
    public native @Cast("int64_t") long parts();

    @MemberGetter
    public native @Cast("int64_t") long images();

    @MemberGetter
    public native double nearest();

    @MemberGetter
    public native double farthest();
  }

  @Name("flowline_coupling")
  public static class Coupling extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes the structure with its size set and all else 0. */
    public Coupling() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native Coupling struct_size(int size);

    public native int clamp();

    public native Coupling clamp(int law);

    public native float alpha();

    public native Coupling alpha(float alpha);

    public native float subnet_scale();

    public native Coupling subnet_scale(float scale);

    public native @Cast("const float*") long gain();

    public native Coupling gain(long address);

    public native @Cast("const float*") long offset();

    public native Coupling offset(long address);

    public native @Cast("const int32_t*") long permutation();

    public native Coupling permutation(long address);
  }

  @Opaque
  @Name("flowline_convolution")
  public static class Convolution extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes a null pointer, which {@link #flowline_convolution_create} sets. */
    public Convolution() {
      super((Pointer) null);
    }
  }

  @Opaque
  @Name("flowline_flow_stage")
  public static class FlowStage extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes a null pointer, which {@link #flowline_flow_stage_create} sets. */
    public FlowStage() {
      super((Pointer) null);
    }
  }

  @Name("flowline_flow_step")
  public static class FlowStep extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes an array, each element with its size set and all else 0. */
    public FlowStep(long count) {
      super((Pointer) null);
      allocateArray(count);
      zero();
      for (long i = 0; i < count; i++) {
        getPointer(i).struct_size(sizeof());
      }
    }

    public FlowStep(Pointer element) {
      super(element);
    }

    private native void allocateArray(long count);

    @Override
    @SuppressWarnings("unchecked")
    public FlowStep getPointer(long i) {
      return new FlowStep((Pointer) this).offsetAddress(i);
    }

    public native @Cast("uint32_t") int struct_size();

    public native FlowStep struct_size(int size);

    public native int kernel();

    public native FlowStep kernel(int side);

    public native @Cast("int64_t") long hidden();

    public native FlowStep hidden(long channels);

    public native @Cast("const float*") long first_weights();

    public native FlowStep first_weights(long address);

    public native @Cast("const float*") long first_bias();

    public native FlowStep first_bias(long address);

    public native @Cast("const float*") long second_weights();

    public native FlowStep second_weights(long address);

    public native @Cast("const float*") long second_bias();

    public native FlowStep second_bias(long address);

    public native @Cast("const flowline_coupling*") long coupling();

    public native FlowStep coupling(long address);
  }

  /** An attention; arrays by address. */
  @Name("flowline_attention")
  public static class Attention extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes one with its size set and all else 0. */
    public Attention() {
      super((Pointer) null);
      allocate();
      zero();
      struct_size(sizeof());
    }

    private native void allocate();

    public native @Cast("uint32_t") int struct_size();

    public native Attention struct_size(int size);

    public native float scale();

    public native Attention scale(float scale);

    public native @Cast("int64_t") long batch();

    public native Attention batch(long images);

    public native @Cast("int64_t") long tokens();

    public native Attention tokens(long tokens);

    public native @Cast("int64_t") long heads();

    public native Attention heads(long heads);

    public native @Cast("int64_t") long head_channels();

    public native Attention head_channels(long channels);

    public native @Cast("int64_t") long batch_stride();

    public native Attention batch_stride(long elements);

    public native @Cast("int64_t") long token_stride();

    public native Attention token_stride(long elements);

    public native @Cast("const float*") long queries();

    public native Attention queries(long address);

    public native @Cast("const float*") long keys();

    public native Attention keys(long address);

    public native @Cast("const float*") long values();

    public native Attention values(long address);

    public native @Cast("const float*") long mix_scores();

    public native Attention mix_scores(long address);

    public native @Cast("const float*") long mix_shares();

    public native Attention mix_shares(long address);

    public native @Cast("const float*") long share_bias();

    public native Attention share_bias(long address);
  }

  /** The arrays to which the gradients of a step's parameters are added, by address. */
  @Name("flowline_flow_step_gradients")
  public static class FlowStepGradients extends Pointer {
    static {
      Natives.loadLibFlowline();
    }

    /** Makes an array, each element with its size set and all else 0. */
    public FlowStepGradients(long count) {
      super((Pointer) null);
      allocateArray(count);
      zero();
      for (long i = 0; i < count; i++) {
        getPointer(i).struct_size(sizeof());
      }
    }

    public FlowStepGradients(Pointer element) {
      super(element);
    }

    private native void allocateArray(long count);

    @Override
    @SuppressWarnings("unchecked")
    public FlowStepGradients getPointer(long i) {
      return new FlowStepGradients((Pointer) this).offsetAddress(i);
    }

    public native @Cast("uint32_t") int struct_size();

    public native FlowStepGradients struct_size(int size);

    public native @Cast("float*") long first_weights();

    public native FlowStepGradients first_weights(long address);

    public native @Cast("float*") long first_bias();

    public native FlowStepGradients first_bias(long address);

    public native @Cast("float*") long second_weights();

    public native FlowStepGradients second_weights(long address);

    public native @Cast("float*") long second_bias();

    public native FlowStepGradients second_bias(long address);

    public native @Cast("float*") long gain();

    public native FlowStepGradients gain(long address);

    public native @Cast("float*") long offset();

    public native FlowStepGradients offset(long address);
  }

  public static native @Cast("const char*") String flowline_version();

  public static native @Cast("const char*") String flowline_last_error();

  public static native @Cast("const char*") String flowline_status_name(int status);

  public static native int flowline_cuda_devices(int[] devices);

  public static native int flowline_context_create(
      @Const ContextOptions options, @ByPtrPtr Context context);

  public static native void flowline_context_destroy(Context context);

  public static native @Cast("const char*") String flowline_context_description(
      @Const Context context);

  public static native int flowline_context_set_stream(Context context, @Cast("void*") long stream);

  public static native int flowline_preprocess(
      Context context,
      @Const Frame frames,
      @Cast("int64_t") long count,
      @Const Preprocessing preprocessing,
      FloatPointer input);

  public static native int flowline_segment(
      Context context,
      @Const Tensor latents,
      int scales,
      @Const SegmentOptions options,
      @Const Maps maps);

  public static native int flowline_inspect(
      Context context,
      @Const Tensor latents,
      int scales,
      @Const SegmentOptions options,
      @Const Inspection inspection);

  public static native int flowline_size_classes(
      @Cast("int64_t") long height, @Cast("int64_t") long width);

  public static native int flowline_regions(
      Context context,
      @Const float[] log10Nfa,
      @Cast("int64_t") long height,
      @Cast("int64_t") long width,
      double log10Epsilon,
      int connectivity,
      Region regions,
      @Cast("int64_t") long capacity,
      @Cast("int64_t*") long[] count);

  public static native int flowline_region_maxima(
      Context context,
      @Const float[] map,
      @Cast("int64_t") long height,
      @Cast("int64_t") long width,
      int classes,
      float[] maxima);

  public static native int flowline_region_law_fit(
      @Const float[] maxima,
      @Cast("int64_t") long images,
      int classes,
      float[] level,
      double[] log10Pfa,
      int[] knots);

  public static native int flowline_relative_maxima(
      Context context,
      @Const float[] map,
      @Cast("int64_t") long height,
      @Cast("int64_t") long width,
      int classes,
      float[] maxima,
      float[] baseline);

  public static native int flowline_baseline_exponent(
      @Const float[] maxima,
      @Const float[] baselines,
      @Cast("int64_t") long images,
      int classes,
      float[] baselineExponent);

  public static native int flowline_relative_law_fit(
      @Const float[] maxima,
      @Const float[] baselines,
      @Cast("int64_t") long images,
      int classes,
      float baselineExponent,
      float[] level,
      double[] log10Pfa,
      int[] knots,
      float[] baseline,
      double[] baselineLog10Pfa);

  public static native int flowline_log10_epsilon(
      @Const float[] minLog10Nfa,
      @Cast("int64_t") long images,
      double rate,
      double confidence,
      float[] log10Epsilon,
      double[] promised);

  public static native int flowline_p_value(
      @Const float[] minLog10Nfa, @Cast("int64_t") long images, float ofImage, double[] pValue);

  public static native int flowline_decide_guarded(
      float minLog10Nfa, double log10Epsilon, double guardBelow, double guardAbove);

  public static native int flowline_guard_band(
      @Const float[] minLog10Nfa,
      @Const int[] part,
      @Cast("int64_t") long images,
      double log10Epsilon,
      double confidence,
      Repeatability repeatability);

  public static native int flowline_cv_plus_p_value(
      @Const float[] minLog10Nfa,
      @Const int[] fold,
      @Cast("int64_t") long images,
      @Const float[] ofImage,
      int folds,
      double[] pValue);

  public static native int flowline_cv_plus_decide(
      @Const float[] minLog10Nfa,
      @Const int[] fold,
      @Cast("int64_t") long images,
      @Const float[] ofImage,
      int folds,
      double rate,
      @Cast("flowline_verdict*") int[] verdict,
      double[] promised);

  /** Computes energies; {@code energy} is an address. */
  public static native int flowline_energy(
      Context context, @Const Tensor latent, @Cast("float*") long energy);

  public static native int flowline_component_tree(
      Context context,
      @Const float[] map,
      @Cast("int64_t") long height,
      @Cast("int64_t") long width,
      int connectivity,
      int[] nodeOfPixel,
      int[] parent,
      float[] altitude,
      int[] area,
      int[] nodes);

  /** Computes the component tree; the arrays are addresses. */
  public static native int flowline_component_tree(
      Context context,
      @Cast("const float*") long map,
      @Cast("int64_t") long height,
      @Cast("int64_t") long width,
      int connectivity,
      @Cast("int32_t*") long nodeOfPixel,
      @Cast("int32_t*") long parent,
      @Cast("float*") long altitude,
      @Cast("int32_t*") long area,
      @Cast("int32_t*") long nodes);

  public static native int flowline_select(
      Context context,
      @Const float[] levels,
      @Const float[] energies,
      @Cast("int64_t") long height,
      @Cast("int64_t") long width,
      @Cast("int64_t") long channels,
      @Cast("int64_t") long totalPixels,
      @Const SegmentOptions options,
      int[] regionOfPixel,
      double[] log10Pfa,
      float[] painted);

  /** Computes a coupling; {@code output} and {@code logDet} are addresses. */
  public static native int flowline_coupling_forward(
      Context context,
      @Const Coupling coupling,
      @Const Tensor input,
      @Const Tensor subnet,
      @Cast("float*") long output,
      @Cast("double*") long logDet);

  /** Undoes the affine map of a coupling; {@code output} and {@code logDet} are addresses. */
  public static native int flowline_coupling_undo_affine(
      Context context,
      @Const Coupling coupling,
      @Const Tensor input,
      @Cast("float*") long output,
      @Cast("double*") long logDet);

  /** Inverts a coupling in place; {@code logDet} is an address. */
  public static native int flowline_coupling_inverse(
      Context context,
      @Const Coupling coupling,
      @Const Tensor latent,
      @Const Tensor subnet,
      @Cast("double*") long logDet);

  /** Makes a convolution; {@code weights} and {@code bias} are addresses. */
  public static native int flowline_convolution_create(
      Context context,
      @Cast("int64_t") long inputs,
      @Cast("int64_t") long outputs,
      @Cast("const float*") long weights,
      @Cast("const float*") long bias,
      @ByPtrPtr Convolution convolution);

  /** Computes a convolution; {@code output} is an address. */
  public static native int flowline_convolution_forward(
      Context context,
      @Const Convolution convolution,
      @Const Tensor input,
      @Const Tensor summand,
      int rectified,
      @Cast("float*") long output);

  public static native void flowline_convolution_destroy(Convolution convolution);

  public static native int flowline_flow_stage_create(
      Context context,
      @Cast("int64_t") long channels,
      @Const FlowStep steps,
      @Cast("int64_t") long count,
      @ByPtrPtr FlowStage stage);

  /** Computes a linear layer; arrays are addresses, {@code bias} 0 for none. */
  public static native int flowline_linear(
      Context context,
      long rows,
      long inputs,
      long outputs,
      @Cast("const float*") long input,
      @Cast("const float*") long weights,
      @Cast("const float*") long bias,
      @Cast("float*") long output);

  /** Computes an attention; {@code output} is an address. */
  public static native int flowline_attention_forward(
      Context context, @Const Attention attention, @Cast("float*") long output);

  /** Computes a stage; {@code output} is an address. */
  public static native int flowline_flow_stage_forward(
      Context context, @Const FlowStage stage, @Const Tensor input, @Cast("float*") long output);

  /** Computes a stage; {@code output} and {@code logDet} are addresses. */
  public static native int flowline_flow_stage_forward_log_det(
      Context context,
      @Const FlowStage stage,
      @Const Tensor input,
      @Cast("float*") long output,
      @Cast("double*") long logDet);

  public static native int flowline_flow_stage_create_trained(
      Context context,
      @Cast("int64_t") long channels,
      @Const FlowStep steps,
      @Cast("int64_t") long count,
      @ByPtrPtr FlowStage stage);

  /** Goes back through a stage; the last but one and last but two arguments are addresses. */
  public static native int flowline_flow_stage_gradients(
      Context context,
      @Const FlowStage stage,
      @Const Tensor input,
      @Const Tensor outputGradient,
      @Cast("const double*") long logDetGradient,
      @Cast("float*") long inputGradient,
      @Const FlowStepGradients gradients);

  public static native void flowline_flow_stage_destroy(FlowStage stage);

  public static native int flowline_log10_pfa(
      int pfaBound,
      @Cast("int64_t") long channels,
      double energy,
      @Cast("int64_t") long pixels,
      double[] log10Pfa);

  public static native int flowline_log10_number_of_tests(
      @Cast("const int64_t*") long[] pixels, int scales, double[] log10Tests);

  public static native int flowline_log10_number_of_tests_by_size(
      @Cast("int64_t") long scalePixels,
      @Cast("int64_t") long totalPixels,
      @Cast("int64_t") long regionPixels,
      double[] log10Tests);
}
