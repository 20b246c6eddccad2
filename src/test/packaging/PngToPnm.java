import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes PNG files of 8 bits as PGM or PPM: java PngToPnm.java FOLDER FILE... */
class PngToPnm {
  public static void main(String[] arguments) throws IOException {
    for (int i = 1; i < arguments.length; i++) {
      Path file = Path.of(arguments[i]);
      BufferedImage image = ImageIO.read(file.toFile());
      Raster raster = image.getRaster();
      boolean grey = raster.getNumBands() == 1;
      ByteArrayOutputStream pnm = new ByteArrayOutputStream();
      String header = (grey ? "P5 " : "P6 ") + image.getWidth() + " " + image.getHeight() + " 255\n";
      pnm.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          int rgb = image.getRGB(x, y);
          if (grey) {
            pnm.write(raster.getSample(x, y, 0));
          } else {
            pnm.write(rgb >> 16);
            pnm.write(rgb >> 8);
            pnm.write(rgb);
          }
        }
      }
      String name = file.getParent().getFileName() + "-" + file.getFileName();
      String pnmName = name.replaceFirst("\\.png$", grey ? ".pgm" : ".ppm");
      Files.write(Path.of(arguments[0], pnmName), pnm.toByteArray());
    }
  }
}
