package dev.flowline.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.flowline.tensor.Tensors;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/** Both readers of a network at once: after every operation their shapes must agree. */
final class Lockstep {
  /** The same value as each reader sees it. */
  record Both(long[] shape, Tensor tensor) {}

  private Lockstep() {}

  @SuppressWarnings("unchecked")
  static Ops<Both> of(CostOps cost, TorchOps torch) {
    return (Ops<Both>)
        Proxy.newProxyInstance(
            Lockstep.class.getClassLoader(),
            new Class<?>[] {Ops.class},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == boolean.class) {
                return false; // both are followed operation by operation
              }
              if (method.getReturnType() == Optional.class) {
                return Optional.empty();
              }
              if (method.getName().equals("part")) {
                return ((Supplier<?>) arguments[0]).get();
              }
              try {
                Object shape = method.invoke(cost, seenBy(arguments, Both::shape));
                Object tensor = method.invoke(torch, seenBy(arguments, Both::tensor));
                if (method.getName().equals("shape")) {
                  assertArrayEquals((long[]) shape, (long[]) tensor);
                  return shape;
                }
                long[] actual = Tensors.shape((Tensor) tensor);
                assertArrayEquals((long[]) shape, actual, method.getName());
                return new Both((long[]) shape, (Tensor) tensor);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Object[] seenBy(Object[] arguments, Function<Both, Object> reader) {
    return Arrays.stream(arguments)
        .map(
            argument ->
                argument instanceof Both both
                    ? reader.apply(both)
                    : argument instanceof List<?> list
                        ? list.stream().map(v -> reader.apply((Both) v)).toList()
                        : argument)
        .toArray();
  }
}
