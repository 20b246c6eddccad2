import java.awt.image.BufferedImage;
import java.io.File;
import java.util.Random;
import javax.imageio.ImageIO;

/** Writes images of a woven fabric to a folder: some good ones, and one with a hole. */
class Parts {
  private static final int SIZE = 256;
  private static final int GOOD = 24;

  public static void main(String[] args) throws Exception {
    File good = new File(args[0], "good");
    good.mkdirs();
    for (int i = 0; i < GOOD; i++) {
      ImageIO.write(fabric(i), "png", new File(good, "%02d.png".formatted(i)));
    }
    BufferedImage hole = fabric(GOOD);
    for (int y = 100; y < 130; y++) {
      for (int x = 60; x < 90; x++) {
        hole.setRGB(x, y, 0xfafafa);
      }
    }
    ImageIO.write(hole, "png", new File(args[0], "hole.png"));
  }

  private static BufferedImage fabric(int seed) {
    Random random = new Random(seed);
    double phase = random.nextDouble() * 6;
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        double weave = Math.sin(Math.PI * (x + phase) / 3) * Math.cos(Math.PI * y / 3);
        int gray = (int) Math.max(0, Math.min(255, 120 + 40 * weave + 8 * random.nextGaussian()));
        image.setRGB(x, y, gray << 16 | gray << 8 | gray);
      }
    }
    return image;
  }
}
