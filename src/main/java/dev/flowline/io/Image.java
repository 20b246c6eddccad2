package dev.flowline.io;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The decoded pixels of one image: row by row, channels interleaved, one channel (grey) or three
 * (red, green, blue), 8 or 16 bits a sample, unsigned. There is no alpha: it is dropped at
 * decoding.
 *
 * <p>The samples are not copied: whoever hands an array in, or takes it out, must not write to it
 * any more. Apart from that an image is immutable and may be shared by threads.
 */
public final class Image {
  private final int height;
  private final int width;
  private final int channels;
  private final byte[] samples8;
  private final short[] samples16;
  private final Set<ImageNote> notes;

  private Image(
      int height,
      int width,
      int channels,
      byte[] samples8,
      short[] samples16,
      Set<ImageNote> notes) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.samples8 = samples8;
    this.samples16 = samples16;
    this.notes = notes;
  }

  /**
   * @param samples (height, width, channels), taken over
   * @throws IllegalArgumentException if its length is another, or channels is neither 1 nor 3
   */
  public static Image of8(int height, int width, int channels, byte[] samples) {
    check(height, width, channels, samples.length);
    return new Image(height, width, channels, samples, null, Set.of());
  }

  /**
   * @param samples (height, width, channels), unsigned, taken over
   * @throws IllegalArgumentException if its length is another, or channels is neither 1 nor 3
   */
  public static Image of16(int height, int width, int channels, short[] samples) {
    check(height, width, channels, samples.length);
    return new Image(height, width, channels, null, samples, Set.of());
  }

  private static void check(int height, int width, int channels, int length) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be at least 1, got " + height + "x" + width);
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels must be 1 or 3, got " + channels);
    }
    if ((long) height * width * channels != length) {
      throw new IllegalArgumentException(
          "samples must have length %s = %s·%s·%s, got %s"
              .formatted((long) height * width * channels, height, width, channels, length));
    }
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** Returns the channels per pixel: 1 (grey) or 3 (red, green, blue). */
  public int channels() {
    return channels;
  }

  /** Returns the bits per sample, 8 or 16. */
  public int bits() {
    return samples8 != null ? 8 : 16;
  }

  /** The largest value a sample can have: 255 or 65535. */
  public int maximum() {
    return samples8 != null ? 255 : 65535;
  }

  /**
   * Returns what the image's file asks for or holds and is left out here; nothing for one made in
   * Java.
   */
  public Set<ImageNote> notes() {
    return notes;
  }

  /** Returns an image of these pixels with other notes. */
  Image with(Set<ImageNote> notes) {
    Set<ImageNote> kept =
        notes.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(notes));
    return new Image(height, width, channels, samples8, samples16, kept);
  }

  /** Returns one sample, 0 … {@link #maximum()}. */
  public int sample(int y, int x, int channel) {
    int i = (y * width + x) * channels + channel;
    return samples8 != null ? samples8[i] & 0xFF : samples16[i] & 0xFFFF;
  }

  /**
   * The samples themselves, (height, width, channels): read only.
   *
   * @throws IllegalStateException if the image has 16 bits a sample
   */
  public byte[] samples8() {
    if (samples8 == null) {
      throw new IllegalStateException("the image has 16 bits a sample, not 8");
    }
    return samples8;
  }

  /**
   * The samples themselves, (height, width, channels), unsigned: read only.
   *
   * @throws IllegalStateException if the image has 8 bits a sample
   */
  public short[] samples16() {
    if (samples16 == null) {
      throw new IllegalStateException("the image has 8 bits a sample, not 16");
    }
    return samples16;
  }

  /** The image at 8 bits a sample: itself, or every sample divided by 257 and rounded. */
  public Image to8Bits() {
    if (samples8 != null) {
      return this;
    }
    byte[] rounded = new byte[samples16.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (byte) (((samples16[i] & 0xFFFF) + 128) / 257);
    }
    return of8(height, width, channels, rounded);
  }

  /**
   * The image with its samples scaled so that those of so many bits fill all 16: itself if it has 8
   * bits a sample.
   *
   * @param bits 1 to 16; larger samples become white
   */
  public Image scaledFromBits(int bits) {
    if (samples16 == null || bits == 16) {
      return this;
    }
    int most = (1 << bits) - 1;
    short[] scaled = new short[samples16.length];
    for (int i = 0; i < scaled.length; i++) {
      int sample = Math.min(most, samples16[i] & 0xFFFF);
      scaled[i] = (short) ((sample * 65535L + most / 2) / most);
    }
    return of16(height, width, channels, scaled);
  }

  /**
   * The image at another size, antialiased bilinear, as {@link Preprocessing} resizes it, with the
   * channels and bits that it has: itself if it has that size.
   *
   * @throws IllegalArgumentException if height or width is below 1
   */
  public Image resized(int height, int width) {
    if (height == this.height && width == this.width) {
      return this;
    }
    check(height, width, channels, Math.multiplyExact(Math.multiplyExact(height, width), channels));
    return samples8 != null ? resized8(height, width) : resized16(height, width);
  }

  private Image resized8(int height, int width) {
    byte[] samples = new byte[height * width * channels];
    Resize.resize8(
        this,
        height,
        width,
        (y, row) -> {
          for (int i = 0, at = y * row.length; i < row.length; i++, at++) {
            samples[at] = (byte) row[i];
          }
        });
    return of8(height, width, channels, samples);
  }

  private Image resized16(int height, int width) {
    short[] samples = new short[height * width * channels];
    Resize.resize16(
        this,
        height,
        width,
        (y, row) -> {
          for (int i = 0, at = y * row.length; i < row.length; i++, at++) {
            samples[at] = (short) Math.min(65535, Math.round(row[i]));
          }
        });
    return of16(height, width, channels, samples);
  }

  @Override
  public String toString() {
    return "Image[%sx%s, %s, %s bits]"
        .formatted(height, width, channels == 1 ? "grey" : "RGB", bits());
  }
}
