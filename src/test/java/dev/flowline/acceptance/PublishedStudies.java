package dev.flowline.acceptance;

import java.util.ArrayList;
import java.util.List;

/** The data of published attribute studies, and what was printed of them. */
final class PublishedStudies {
  private PublishedStudies() {}

  /**
   * The attribute study of AIAG's Measurement Systems Analysis, 4th edition, table III-C 1: 50
   * parts, appraisers A, B and C, three trials; 1 is good. The rows are the parts on which
   * appraisers differ, with their reference; about the others all agree with the reference. The
   * manual is not public: the table stands here as it is widely quoted, and is held to what the
   * public help of JMP 14.2 prints of the same data ("Attribute Gauge", Effectiveness Report: A has
   * 45 right and 3 wrong decisions about parts of level 0, 97 and 5 about those of level 1, and
   * decides about the sixth part pass, pass, fail).
   */
  static AttributeStudy aiag() {
    List<Appraisal> all = new ArrayList<>();
    List<String> differing =
        List.of(
            "6 1 110110100",
            "7 1 111111101",
            "12 0 000000010",
            "14 1 110111100",
            "21 1 110101010",
            "22 0 001010110",
            "26 0 010000001",
            "30 0 000001000",
            "34 0 001001011",
            "36 1 110111101",
            "43 1 101111110");
    List<Integer> defective = List.of(3, 4, 5, 9, 25, 37, 39, 42, 45, 48, 50);
    for (int part = 1; part <= 50; part++) {
      String number = part + " ";
      String row = differing.stream().filter(r -> r.startsWith(number)).findFirst().orElse(null);
      boolean bad = row == null ? defective.contains(part) : row.split(" ")[1].equals("0");
      String digits = row == null ? (bad ? "0" : "1").repeat(9) : row.split(" ")[2];
      for (int i = 0; i < 9; i++) {
        Decision decision = digits.charAt(i) == '1' ? Decision.GOOD : Decision.DEFECT;
        all.add(new Appraisal("" + part, bad, "" + "ABC".charAt(i / 3), i % 3 + 1, decision));
      }
    }
    return AttributeStudy.of(all);
  }

  /**
   * The attribute study of the tests of JASP's module Quality Control
   * (jasp-stats/jaspQualityControl, tests/testthat/test-msaAttribute.R,
   * msaAttributeKappa_wide.csv): 15 parts, three appraisers, three trials; Y is good. The last
   * letter is the reference.
   */
  static AttributeStudy jasp() {
    String eg = "YYYY NNNN YYYY YNNY YYYY YYYN YYYY NNNN NNNN YYYY NNNN YYYY YYYY NNNY YYYY";
    String bl = "YYYY NNNN YYYY YNNY YYYY YYYN NNNY NNNN NNNN YYYY NNNN YYYY YYYY NNNY YYYY";
    String mh = "YYYY YYYN YYYY YYYY YYYY YYYN YYYY NNYN YNNN YYYY YNYN YYYY YYYY NNNY YYYY";
    List<Appraisal> all = new ArrayList<>();
    List<String> names = List.of("EG", "BL", "MH");
    List<String> rows = List.of(eg, bl, mh);
    for (int appraiser = 0; appraiser < 3; appraiser++) {
      String[] parts = rows.get(appraiser).split(" ");
      for (int part = 0; part < 15; part++) {
        for (int trial = 0; trial < 3; trial++) {
          all.add(
              new Appraisal(
                  "part " + (part + 1),
                  parts[part].charAt(3) == 'N',
                  names.get(appraiser),
                  trial + 1,
                  parts[part].charAt(trial) == 'Y' ? Decision.GOOD : Decision.DEFECT));
        }
      }
    }
    return AttributeStudy.of(all);
  }
}
