package dev.flowline.io;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds numbers in tensors that are none: NaN and infinities. */
public final class FiniteValues {
  private FiniteValues() {}

  /** Returns a description of the first tensor that holds any; empty if all numbers are finite. */
  public static Optional<String> firstFault(Map<String, StoredTensor> tensors) {
    return tensors.entrySet().stream()
        .map(entry -> fault(entry.getKey(), entry.getValue()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Returns a description of the numbers of a tensor that are not finite; empty if all are. */
  public static Optional<String> fault(String name, StoredTensor tensor) {
    long count = count(tensor);
    return count == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "tensor %s: %,d of its %,d values are NaN or infinite",
                name,
                count,
                tensor.elements()));
  }

  /** Returns whether any number is NaN; infinities are none. */
  public static boolean hasNan(StoredTensor tensor) {
    for (int i = 0; i < tensor.elements(); i++) {
      if (Double.isNaN(tensor.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static long count(StoredTensor tensor) {
    long count = 0;
    ByteBuffer bytes = tensor.bytes();
    switch (tensor.type()) {
      case F32 -> {
        FloatBuffer values = bytes.asFloatBuffer();
        for (int i = 0; i < values.limit(); i++) {
          count += Float.isFinite(values.get(i)) ? 0 : 1;
        }
      }
      case F64, F16, BF16 -> {
        long elements = tensor.elements();
        for (int i = 0; i < elements; i++) {
          count += Double.isFinite(tensor.get(i)) ? 0 : 1;
        }
      }
      default -> {} // whole numbers
    }
    return count;
  }
}
