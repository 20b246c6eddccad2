package dev.flowline.segmentation;

import dev.flowline.internal.FlowlineException;
import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.Device;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.ResultMemory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The a contrario test of a flow's latents (U-Flow, sections 3.4.1 to 3.4.3): which regions have
 * more energy than chance explains. It owns native threads and workspace, which grows to the
 * largest batch and is freed by {@link #close}. Calls from several threads wait for each other.
 *
 * <p>Latents are read in place, whatever their strides, on the device that this object is for; only
 * one element that is repeated everywhere, with strides of 0 alone, is refused.
 */
public final class AContrario implements AutoCloseable {
  private static final int MOST_SCALES = 64;

  private final SegmentationOptions options;
  private final Device device;
  private final NativeContext context;
  private final NativeArguments arguments;
  private final ResultMemory nfaMaps; // (N, height, width)
  private final ResultMemory anomalyMaps; // (N, height, width)
  private final ResultMemory numbers; // (2, N): minimum log10 NFA, anomaly score
  private final ResultMemory energies; // (N, H, W) of a scale
  private final ResultMemory moments; // see MomentsMemory
  private final MomentsInView inView;
  private final DecisionMemory decisions;
  private final ZonedTest zoned; // null without zones

  /**
   * Makes a test of latents on the CPU.
   *
   * @param threads 1 to 1024: images and scales are divided among them
   */
  public AContrario(SegmentationOptions options, int threads) {
    this(options, Device.CPU, threads);
  }

  /**
   * Makes a test of latents on a device.
   *
   * @param device where the latents will be
   * @param threads 1 to 1024: on the CPU images and scales are divided among them
   * @throws IllegalArgumentException if threads is out of its bounds, or there is a smallest region
   *     and no law: scales have regions of different sizes
   * @throws FlowlineException if there is no such device, with the reason
   */
  public AContrario(SegmentationOptions options, Device device, int threads) {
    this.options = Objects.requireNonNull(options, "options");
    if (options.law() == null && options.hasSmallestRegion()) {
      throw new IllegalArgumentException(
          "a smallest region needs a region law: the test has chi-square energies");
    }
    this.device = device;
    context = new NativeContext(device, threads);
    try {
      arguments = new NativeArguments(options, device, MOST_SCALES);
      inView = new MomentsInView(device, MOST_SCALES);
      zoned = options.zones() == null ? null : new ZonedTest(options, device, threads);
    } catch (RuntimeException | Error e) {
      context.close();
      throw e;
    }
    nfaMaps = ResultMemory.on(device);
    anomalyMaps = ResultMemory.on(device);
    numbers = ResultMemory.on(device);
    energies = ResultMemory.on(device);
    moments = ResultMemory.on(device);
    decisions = new DecisionMemory();
  }

  /** Returns the options of the test. */
  public SegmentationOptions options() {
    return options;
  }

  /**
   * Returns a map of log10 NFA for each image, with the {@linkplain SegmentationOptions#view field
   * of view} of the options; see {@link #segment(List, FieldOfView)}.
   */
  public List<NfaMap> segment(List<NativeView> latents, int height, int width) {
    return segment(latents, options.view(height, width));
  }

  /**
   * Returns a map of log10 NFA for each image. The bits are the same for any number of threads.
   *
   * @param latents the scales, finest first, each (N, C, H, W); on a CUDA device all of one stream,
   *     LibTorch's current one during this call, in which the maps are computed and read
   * @param view size of the maps, and the pixels of them that are tested, whatever the field of
   *     view of the options
   * @throws IllegalStateException after {@link #close}
   * @throws IllegalArgumentException if the latents are not of that form
   * @throws FlowlineException if a latent's energy is not finite, naming scale, image and position
   *     (on a CUDA device the image alone)
   */
  public synchronized List<NfaMap> segment(List<NativeView> latents, FieldOfView view) {
    if (zoned != null) {
      return zoned.segment(latents, view);
    }
    float[] minLog10Nfa = run(latents, view, true, false)[0];
    List<NfaMap> maps = new ArrayList<>();
    for (int image = 0; image < minLog10Nfa.length; image++) {
      maps.add(nfaMap(image, view, minLog10Nfa[image]));
    }
    return List.copyOf(maps);
  }

  /**
   * Returns the map of log10 NFA and the anomaly map of each image, from the same energies; see
   * {@link #segment(List, FieldOfView)} for arguments and errors.
   */
  public synchronized List<ImageMaps> maps(List<NativeView> latents, FieldOfView view) {
    float[][] numbers = run(latents, view, zoned == null, true);
    List<NfaMap> ofZones = zoned == null ? null : zoned.segment(latents, view);
    List<ImageMaps> maps = new ArrayList<>();
    for (int image = 0; image < numbers[0].length; image++) {
      float[] anomalyMap = new float[view.height() * view.width()];
      anomalyMaps.read((long) image * anomalyMap.length, anomalyMap);
      NfaMap nfaMap = zoned == null ? nfaMap(image, view, numbers[0][image]) : ofZones.get(image);
      maps.add(new ImageMaps(nfaMap, anomalyMap, numbers[1][image], null));
    }
    return List.copyOf(maps);
  }

  /**
   * Returns the maps of each image and the moments of its latents, from the same energies; see
   * {@link #segment(List, FieldOfView)} for arguments and errors. The means are those of the
   * smallest rectangle that holds all positions in view.
   */
  public synchronized List<ImageMaps> mapsWithMoments(List<NativeView> latents, FieldOfView view) {
    MomentsMemory layout = MomentsMemory.of(latents, requireLatents(latents));
    long address = moments.reserve(layout.floats());
    List<ImageMaps> maps = new ArrayList<>();
    layout.point(arguments.maps(), address);
    try {
      maps.addAll(maps(latents, view));
    } finally {
      MomentsMemory.pointNowhere(arguments.maps());
    }
    List<LatentMoments> whole = new ArrayList<>();
    for (int image = 0; image < maps.size(); image++) {
      whole.add(layout.read(moments, image));
    }
    List<LatentMoments> seen = inView.of(context.handle(), latents, view, whole);
    for (int image = 0; image < maps.size(); image++) {
      maps.set(image, maps.get(image).with(seen.get(image)));
    }
    return List.copyOf(maps);
  }

  /** Decides on each image without a guard band, as {@link #decide} with one does. */
  public List<DecidedImage> decide(
      List<NativeView> latents, FieldOfView view, boolean anomaly, boolean withMoments) {
    return decide(latents, view, options.log10Epsilon(), GuardBand.NONE, anomaly, withMoments);
  }

  /**
   * Decides on each image; see {@link #segment(List, FieldOfView)} for arguments and errors. Waits
   * for the results on every device.
   *
   * @param log10Epsilon the threshold: that of the options, or another one
   * @param band around log10Epsilon, within which an image is undecided
   * @param anomaly whether the maps are to have an anomaly map
   * @param withMoments whether the maps are to have the moments of the latents, as {@link
   *     #mapsWithMoments} has them
   */
  public synchronized List<DecidedImage> decide(
      List<NativeView> latents,
      FieldOfView view,
      double log10Epsilon,
      GuardBand band,
      boolean anomaly,
      boolean withMoments) {
    List<DecidedImage> decided =
        zoned == null
            ? decideWithWholeMoments(latents, view, log10Epsilon, band, anomaly, withMoments)
            : zoned.decide(latents, view, log10Epsilon, band, anomaly, withMoments);
    return withMoments ? withMomentsInView(decided, latents, view, context.handle()) : decided;
  }

  /** Decides as {@link #decide}, by the law of no zone; the moments are of the whole image. */
  synchronized List<DecidedImage> decideWithWholeMoments(
      List<NativeView> latents,
      FieldOfView view,
      double log10Epsilon,
      GuardBand band,
      boolean anomaly,
      boolean withMoments) {
    LibFlowline.Context handle = context.handle();
    int images = requireLatents(latents);
    LibFlowline.Inspection asked =
        decisions.prepare(latents, images, view, log10Epsilon, band, anomaly, withMoments);
    try {
      give(latents, view, handle);
      FlowlineException.check(
          LibFlowline.flowline_inspect(
              handle, arguments.latents(), latents.size(), arguments.options(), asked));
    } finally {
      Reference.reachabilityFence(latents);
    }
    return decisions.read();
  }

  private List<DecidedImage> withMomentsInView(
      List<DecidedImage> decided,
      List<NativeView> latents,
      FieldOfView view,
      LibFlowline.Context handle) {
    List<LatentMoments> whole = decided.stream().map(image -> image.maps().moments()).toList();
    List<LatentMoments> seen = inView.of(handle, latents, view, whole);
    List<DecidedImage> images = new ArrayList<>();
    for (int image = 0; image < decided.size(); image++) {
      images.add(decided.get(image).with(seen.get(image)));
    }
    return List.copyOf(images);
  }

  /**
   * Returns the {@link NfaMap#minLog10Nfa} of each image without making the maps; see {@link
   * #segment(List, FieldOfView)} for arguments and errors.
   */
  public synchronized float[] minLog10Nfa(List<NativeView> latents, FieldOfView view) {
    return zoned == null ? run(latents, view, false, false)[0] : zoned.minLog10Nfa(latents, view);
  }

  /**
   * Returns the fused anomaly map of each image, (H, W) of the finest scale: the map that a {@link
   * RegionLaw} is measured on.
   */
  public synchronized List<FusedAnomalyMap> fusedMaps(List<NativeView> latents) {
    int images = requireLatents(latents);
    int height = Math.toIntExact(latents.get(0).shape()[2]);
    int width = Math.toIntExact(latents.get(0).shape()[3]);
    run(latents, FieldOfView.whole(height, width), false, true);
    List<FusedAnomalyMap> maps = new ArrayList<>();
    for (int image = 0; image < images; image++) {
      float[] map = new float[height * width];
      anomalyMaps.read((long) image * map.length, map);
      maps.add(new FusedAnomalyMap(height, width, map));
    }
    return List.copyOf(maps);
  }

  /**
   * Returns the energy per channel, Σ_c z² / C, of every position of a scale.
   *
   * @param latent (N, C, H, W)
   * @return (N·H·W), 1 on average if latents are white noise
   */
  public synchronized float[] energy(NativeView latent) {
    requireLatents(List.of(latent));
    long[] shape = latent.shape();
    float[] energy = new float[Math.toIntExact(shape[0] * shape[2] * shape[3])];
    arguments.latent(0, latent);
    try {
      FlowlineException.check(
          LibFlowline.flowline_energy(
              context.handle(), arguments.latents(), energies.reserve(energy.length)));
    } finally {
      Reference.reachabilityFence(latent);
    }
    energies.read(0, energy);
    for (int i = 0; i < energy.length; i++) {
      energy[i] /= shape[1];
    }
    return energy;
  }

  private NfaMap nfaMap(int image, FieldOfView view, float minLog10Nfa) {
    float[] map = new float[view.height() * view.width()];
    nfaMaps.read((long) image * map.length, map);
    return new NfaMap(view.height(), view.width(), map, minLog10Nfa);
  }

  /** Gives the next call of libflowline its inputs. */
  private void give(List<NativeView> latents, FieldOfView view, LibFlowline.Context handle) {
    for (int i = 0; i < latents.size(); i++) {
      arguments.latent(i, latents.get(i));
    }
    arguments.fieldOfView(view);
    if (device.isCuda()) {
      FlowlineException.check(
          LibFlowline.flowline_context_set_stream(handle, latents.get(0).stream()));
    }
  }

  /** Returns the minimum log10 NFA and, with anomaly maps, the anomaly score of each image. */
  private float[][] run(List<NativeView> latents, FieldOfView view, boolean nfa, boolean anomaly) {
    LibFlowline.Context handle = context.handle();
    int images = requireLatents(latents);
    long floats = Math.multiplyExact((long) images, (long) view.height() * view.width());
    LibFlowline.Maps maps = arguments.maps();
    maps.log10_nfa(nfa ? nfaMaps.reserve(floats) : 0);
    maps.anomaly_map(anomaly ? anomalyMaps.reserve(floats) : 0);
    long minLog10Nfa = numbers.reserve(2L * images);
    maps.min_log10_nfa(minLog10Nfa);
    maps.anomaly_score(anomaly ? minLog10Nfa + (long) images * Float.BYTES : 0);
    try {
      give(latents, view, handle);
      FlowlineException.check(
          LibFlowline.flowline_segment(
              handle, arguments.latents(), latents.size(), arguments.options(), maps));
      float[][] read = new float[anomaly ? 2 : 1][images];
      for (int i = 0; i < read.length; i++) {
        numbers.read((long) i * images, read[i]);
      }
      requireFinite(read[0]);
      return read;
    } finally {
      Reference.reachabilityFence(latents); // which keep the memory at the addresses alive
    }
  }

  /**
   * Refuses images with an energy that is not finite. A CUDA device returns before it knows the
   * energies; it marks such an image with NaN.
   */
  private static void requireFinite(float[] minLog10Nfa) {
    for (int image = 0; image < minLog10Nfa.length; image++) {
      if (Float.isNaN(minLog10Nfa[image])) {
        throw new FlowlineException(
            LibFlowline.FLOWLINE_NOT_FINITE,
            LibFlowline.flowline_status_name(LibFlowline.FLOWLINE_NOT_FINITE),
            "image " + image + ": the energy of a latent is not finite");
      }
    }
  }

  private int requireLatents(List<NativeView> latents) {
    if (latents.isEmpty() || latents.size() > MOST_SCALES) {
      throw new IllegalArgumentException(
          "latents must be 1 to " + MOST_SCALES + " scales, got " + latents.size());
    }
    for (int i = 0; i < latents.size(); i++) {
      NativeView latent = latents.get(i);
      if (!latent.device().equals(device)) {
        throw new IllegalArgumentException(
            "latents[" + i + "] must be on " + device + ", got " + latent.device());
      }
      if (latent.shape().length != 4) {
        throw new IllegalArgumentException(
            "latents[" + i + "] must be (N, C, H, W), got " + Arrays.toString(latent.shape()));
      }
      if (latent.repeatsOneElement()) {
        throw new IllegalArgumentException(
            "latents[" + i + "] must not repeat one element everywhere: its strides are all 0");
      }
      if (latent.stream() != latents.get(0).stream()) {
        throw new IllegalArgumentException(
            "latents["
                + i
                + "] must be on the stream of latents[0], "
                + latents.get(0).stream()
                + ", got "
                + latent.stream());
      }
      if (latent.shape()[0] != latents.get(0).shape()[0]) {
        throw new IllegalArgumentException(
            "latents["
                + i
                + "] must have the batch size of latents[0], "
                + latents.get(0).shape()[0]
                + ", got "
                + latent.shape()[0]);
      }
    }
    return Math.toIntExact(latents.get(0).shape()[0]);
  }

  @Override
  public synchronized void close() {
    if (zoned != null) {
      zoned.close();
    }
    nfaMaps.close();
    anomalyMaps.close();
    numbers.close();
    energies.close();
    moments.close();
    decisions.close();
    inView.close();
    arguments.close();
    context.close();
  }
}
