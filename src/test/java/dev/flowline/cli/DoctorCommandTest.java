package dev.flowline.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Test
  void thisMachineInspects() throws Exception {
    Invocation doctor = Invocation.of("doctor", "--json");
    JsonNode diagnosis = STRICT.readTree(doctor.out());
    assertEquals(0, doctor.exitCode(), doctor.out());
    assertTrue(diagnosis.get("healthy").asBoolean());
    assertTrue(diagnosis.get("findings").size() >= 12, doctor.out());
    for (JsonNode finding : diagnosis.get("findings")) {
      assertTrue(finding.get("status").asText().matches("ok|warning|failure"), finding.toString());
    }
  }

  @Test
  void textEndsWithTheVerdict() {
    Invocation doctor = Invocation.of("doctor");
    assertTrue(
        doctor.out().strip().lines().reduce((a, b) -> b).get().startsWith("Inspection on this CPU"),
        doctor.out());
    List<String> findings =
        doctor.out().lines().filter(line -> line.matches("(ok|warning|failure) .*")).toList();
    int column = findings.get(0).indexOf(Runtime.version().feature() + ".");
    assertTrue(column > "failure  libflowline_inspect".length(), doctor.out());
    for (String line : findings) { // what was found begins in one column
      assertTrue(line.charAt(column - 1) == ' ' && line.charAt(column) != ' ', line);
    }
  }
}
