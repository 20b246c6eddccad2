package dev.flowline.segmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibratedViewTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static CalibratedView random(Random random, int height, int width) {
    boolean[] ignored = new boolean[height * width];
    for (int i = 1; i < ignored.length; i++) { // the first stays in view, the last does not
      ignored[i] = random.nextInt(3) == 0 || i == ignored.length - 1;
    }
    IgnoreMask file = new IgnoreMask("mask.png", "a".repeat(64));
    return CalibratedView.of(height, width, null, ignored, file).orElseThrow();
  }

  @Test
  void aPositionIsInViewIfItsCentreIs() {
    // 4 x 8 positions of images of 80 x 40 pixels: each is 10 x 10 pixels.
    RegionOfInterest region = new RegionOfInterest(15, 4, 21, 22, 40, 80);
    FieldOfView positions = CalibratedView.of(4, 8, region, null, null).orElseThrow().positions();
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 8; column++) {
        boolean inside = column >= 1 && column <= 3 && row <= 2;
        boolean centre = 10 * column + 5 < 36 && 10 * column + 5 >= 15 && 10 * row + 5 < 26;
        assertEquals(centre, positions.contains(row, column), row + ", " + column);
        assertTrue(inside || !centre);
      }
    }
    assertEquals(9, positions.count());
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "16, 24", "23, 31", "224, 224", "301, 17", "7, 1000"})
  void onMapsAtLeastAsLargeTheSamePositionsAreTested(int height, int width) {
    Random random = new Random(1);
    for (int trial = 0; trial < 20; trial++) {
      int rows = 1 + random.nextInt(Math.min(height, 40));
      int columns = 2 + random.nextInt(Math.min(width, 40) - 1);
      CalibratedView view = random(random, rows, columns);
      FieldOfView maps = view.ofMaps(height, width);
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          int y = (2 * row + 1) * height / (2 * rows); // as libflowline's header says
          int x = (2 * column + 1) * width / (2 * columns);
          assertEquals(view.positions().contains(row, column), maps.contains(y, x));
        }
      }
    }
  }

  @Test
  void isReadAsItWasWritten() throws JsonProcessingException {
    Random random = new Random(2);
    for (int trial = 0; trial < 50; trial++) {
      CalibratedView view = random(random, 2 + random.nextInt(9), 2 + random.nextInt(9));
      String text = JSON.writeValueAsString(view);
      CalibratedView read = JSON.readValue(text, CalibratedView.class);
      assertEquals(view, read, text);
      assertEquals(view.sha256(), read.sha256());
    }
    RegionOfInterest percent = RegionOfInterest.ofPercent(12.5, 0, 50, 100);
    CalibratedView view = CalibratedView.of(8, 8, percent, null, null).orElseThrow();
    assertEquals(view, JSON.readValue(JSON.writeValueAsString(view), CalibratedView.class));
    assertEquals(percent, view.region());
    assertEquals(32, view.positions().count());
    assertTrue(
        view.inWords().startsWith("32 of 64 positions, 50.0 %; region of interest: x 12.5 %,"),
        view.inWords());
  }

  @Test
  void itsDigestSaysWhichPositionsAreInView() {
    RegionOfInterest pixels = new RegionOfInterest(0, 0, 32, 64, 64, 64);
    RegionOfInterest percent = RegionOfInterest.ofPercent(0, 0, 50, 100);
    RegionOfInterest right = RegionOfInterest.ofPercent(50, 0, 50, 100);
    String digest = CalibratedView.of(8, 8, pixels, null, null).orElseThrow().sha256();
    assertEquals(digest, CalibratedView.of(8, 8, percent, null, null).orElseThrow().sha256());
    assertNotEquals(digest, CalibratedView.of(8, 8, right, null, null).orElseThrow().sha256());
    assertNotEquals(digest, CalibratedView.of(16, 8, percent, null, null).orElseThrow().sha256());
  }

  @Test
  void theWholeImageIsNone() {
    RegionOfInterest all = new RegionOfInterest(0, 0, 640, 480, 480, 640);
    assertEquals(Optional.empty(), CalibratedView.of(8, 9, all, new boolean[72], null));
    RegionOfInterest percent = RegionOfInterest.ofPercent(0, 0, 100, 100);
    assertEquals(Optional.empty(), CalibratedView.of(8, 9, percent, null, null));
  }

  @Test
  void nothingInViewIsRefused() {
    RegionOfInterest narrow = new RegionOfInterest(0, 0, 4, 4, 480, 640); // no centre lies there
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> CalibratedView.of(8, 9, narrow, null, null));
    assertTrue(e.getMessage().contains("nothing is in view"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0, 10, 10",
    "0, -1, 10, 10",
    "0, 0, 0, 10",
    "0, 0, 10, 0",
    "1, 0, 100, 10",
    "0, 1, 10, 50",
    "NaN, 0, 1, 1",
    "0, 0, Infinity, 1"
  })
  void aRegionThatIsEmptyOrOutsideIsRefused(double x, double y, double width, double height) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new RegionOfInterest(x, y, width, height, 50, 100));
    assertTrue(e.getMessage().contains("100 x 50 pixels"), e.getMessage());
  }

  /** What a file may hold that somebody else has made. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'height':2,'width':2,'runs':[3]}",
        "{'height':2,'width':2,'runs':[0,4]}",
        "{'height':2,'width':2,'runs':[5,-1]}",
        "{'height':2,'width':2,'runs':[2147483647,2147483647,6]}",
        "{'height':0,'width':2,'runs':[]}",
        "{'height':100000,'width':100000,'runs':[1000000000]}",
        "{'height':2,'width':2}",
        "{'height':2,'width':2,'runs':[1,3],'ignore':{'file':'a\\nb','sha256':'0'}}",
        "{'height':2,'width':2,'runs':[1,3],'region':{'x':0,'y':0,'width':1,'height':1,'imageWidth':3}}"
      })
  void whatIsNoFieldOfViewIsRefused(String text) {
    assertThrows(
        ValueInstantiationException.class,
        () -> JSON.readValue(text.replace('\'', '"'), CalibratedView.class));
  }

  @Test
  void aTestWithoutOneIsWrittenAsBefore() throws JsonProcessingException {
    String plain = JSON.writeValueAsString(SegmentationOptions.DEFAULT);
    assertFalse(plain.contains("fieldOfView") || plain.contains("smallestRegion"), plain);
    SegmentationOptions test =
        SegmentationOptions.DEFAULT
            .withFieldOfView(random(new Random(3), 4, 4))
            .withSmallestRegion(5);
    String text = JSON.writeValueAsString(test);
    assertEquals(test, JSON.readValue(text, SegmentationOptions.class), text);
  }
}
