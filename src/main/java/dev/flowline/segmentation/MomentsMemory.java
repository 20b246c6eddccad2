package dev.flowline.segmentation;

import dev.flowline.internal.LibFlowline;
import dev.flowline.tensor.NativeView;
import dev.flowline.tensor.ResultMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * The layout of the moments of N images in one memory: (N, scales) doubles of mean energies, then
 * (N, Σ C) doubles of channel means, then (N, H, W) floats of fused maps.
 *
 * @param channels of each scale
 * @param height of the finest scale
 * @param width of the finest scale
 */
record MomentsMemory(int images, int[] channels, int height, int width) {
  private static final int FLOATS_PER_DOUBLE = 2;

  static MomentsMemory of(List<NativeView> latents, int images) {
    int[] channels = latents.stream().mapToInt(l -> Math.toIntExact(l.shape()[1])).toArray();
    long[] finest = latents.get(0).shape();
    return new MomentsMemory(
        images, channels, Math.toIntExact(finest[2]), Math.toIntExact(finest[3]));
  }

  long floats() {
    return fusedMaps() + (long) images * height * width;
  }

  private long channelMeans() {
    return FLOATS_PER_DOUBLE * (long) images * channels.length;
  }

  private long fusedMaps() {
    return channelMeans() + FLOATS_PER_DOUBLE * (long) images * allChannels();
  }

  private int allChannels() {
    int all = 0;
    for (int c : channels) {
      all += c;
    }
    return all;
  }

  /**
   * Makes libflowline write the moments to an address.
   *
   * @param address of {@link #floats} floats
   */
  void point(LibFlowline.Maps maps, long address) {
    maps.mean_energies(address);
    maps.channel_means(address + channelMeans() * Float.BYTES);
    maps.fused_map(address + fusedMaps() * Float.BYTES);
  }

  /** Makes libflowline write no moments. */
  static void pointNowhere(LibFlowline.Maps maps) {
    maps.mean_energies(0).channel_means(0).fused_map(0);
  }

  /** Reads the moments of one image. */
  LatentMoments read(ResultMemory memory, int image) {
    float[] levels = new float[height * width];
    memory.read(fusedMaps() + (long) image * levels.length, levels);
    return readMeans(memory, image, new FusedAnomalyMap(height, width, levels));
  }

  /** Reads the moments of one image, whose fused map is known. */
  LatentMoments readMeans(ResultMemory memory, int image, FusedAnomalyMap fusedMap) {
    double[] energies = new double[channels.length];
    memory.readDoubles(FLOATS_PER_DOUBLE * (long) image * channels.length, energies);
    List<double[]> means = new ArrayList<>();
    long at = channelMeans() + FLOATS_PER_DOUBLE * (long) image * allChannels();
    for (int scale : channels) {
      double[] ofScale = new double[scale];
      memory.readDoubles(at, ofScale);
      means.add(ofScale);
      at += FLOATS_PER_DOUBLE * (long) scale;
    }
    return new LatentMoments(energies, fusedMap, means);
  }
}
