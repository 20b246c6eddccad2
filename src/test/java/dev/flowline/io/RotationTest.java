package dev.flowline.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the pixels of the image turned the other way, looked through for the nearest one. */
class RotationTest {
  @ParameterizedTest
  @CsvSource({
    "7, 7, 30",
    "8, 8, 45.5",
    "5, 12, 77",
    "13, 4, -110",
    "1, 9, 200",
    "6, 6, 359.9",
    "9, 8, 0"
  })
  void everyPixelIsTheNearestOne(int height, int width, double degrees) {
    Preprocessing input = Preprocessing.imageNet(height, width);
    float[] image = drawn(input);
    float[] turned = turned(input, image, degrees);
    int compared = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        // Where each pixel of the image goes, for the one that comes nearest; the last but one too.
        double nearest = Double.POSITIVE_INFINITY;
        double second = Double.POSITIVE_INFINITY;
        int from = -1;
        double angle = Math.toRadians(degrees);
        for (int row = -2 - width; row < height + width + 2; row++) {
          for (int column = -2 - height; column < width + height + 2; column++) {
            double right = column - (width - 1) / 2.0;
            double up = (height - 1) / 2.0 - row;
            double toX = (width - 1) / 2.0 + right * Math.cos(angle) - up * Math.sin(angle);
            double toY = (height - 1) / 2.0 - right * Math.sin(angle) - up * Math.cos(angle);
            double distance = Math.hypot(toX - x, toY - y);
            if (distance < nearest) {
              second = nearest;
              nearest = distance;
              boolean inside = row >= 0 && row < height && column >= 0 && column < width;
              from = inside ? row * width + column : -1;
            } else {
              second = Math.min(second, distance);
            }
          }
        }
        if (second - nearest < 1e-6) {
          continue; // two are as near
        }
        compared++;
        for (int c = 0; c < 3; c++) {
          double black = -input.mean().get(c) / input.std().get(c);
          double expected = from < 0 ? black : image[c * height * width + from];
          assertEquals(
              expected, turned[(c * height + y) * width + x], 1e-6, c + ", " + y + ", " + x);
        }
      }
    }
    assertTrue(compared > height * width / 2, compared + " pixels");
  }

  @Test
  void quarterTurnsAreExactAndCounterclockwise() {
    Preprocessing input = Preprocessing.imageNet(6, 6);
    float[] image = drawn(input);
    float[] turned = turned(input, image, 90);
    float[] half = turned(input, image, 180);
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 6; x++) {
        assertEquals(image[x * 6 + 5 - y], turned[y * 6 + x]);
        assertEquals(image[(5 - y) * 6 + 5 - x], half[y * 6 + x]);
      }
    }
  }

  @Test
  void theImageIsTakenFromThePositionOfItsBuffer() {
    Preprocessing input = Preprocessing.imageNet(3, 4);
    float[] image = drawn(input);
    FloatBuffer two = FloatBuffer.allocate(2 * image.length).put(new float[image.length]);
    two.put(image).position(image.length);
    FloatBuffer out = FloatBuffer.allocate(image.length + 5).position(5);
    Rotation.apply(input, two, 0, out);
    assertEquals(image.length, two.position());
    assertEquals(0, out.remaining());
    assertEquals(FloatBuffer.wrap(image), out.position(5));
  }

  private static float[] turned(Preprocessing input, float[] image, double degrees) {
    FloatBuffer out = FloatBuffer.allocate(image.length);
    Rotation.apply(input, FloatBuffer.wrap(image), degrees, out);
    return out.array();
  }

  private static float[] drawn(Preprocessing input) {
    SplittableRandom random = new SplittableRandom(3);
    float[] image = new float[input.inputLength()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextDouble();
    }
    return image;
  }
}
