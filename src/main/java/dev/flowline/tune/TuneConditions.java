package dev.flowline.tune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flowline.bench.Machine;
import dev.flowline.compare.WeightDigests;
import dev.flowline.internal.InstructionSet;
import dev.flowline.io.ContentDigest;
import dev.flowline.io.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conditions of a candidate's figures: all that decides them. What was measured under others is
 * another candidate's, whatever the label.
 */
final class TuneConditions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHORT = 8;

  private final TuneRequest request;
  private final Machine machine;
  private final InstructionSet instructions;
  private final WeightDigests weights = new WeightDigests();

  /**
   * Makes the conditions of a request on a machine.
   *
   * @param instructions that libflowline's layers use
   */
  TuneConditions(TuneRequest request, Machine machine, InstructionSet instructions) {
    this.request = request;
    this.machine = machine;
    this.instructions = instructions;
  }

  /**
   * Returns what the latency of a candidate depends on.
   *
   * @param images that are inspected
   * @throws IOException naming the file, if weights cannot be read
   */
  JsonNode latency(Candidate candidate, List<Image> images) throws IOException {
    Map<String, Object> all = common(candidate);
    all.put("engines", request.engines().stream().map(Object::toString).toList());
    all.put("threads", request.threads());
    all.put("batch", request.batch());
    all.put("images", images.stream().map(each -> each.height() + " x " + each.width()).toList());
    return JSON.readTree(JSON.writeValueAsString(all)); // as the ledger reads it again
  }

  /**
   * Returns the digest of what a trial of a candidate depends on, beside its epochs and what the
   * whole tuning is about; its first characters, for the name of a folder.
   *
   * @throws IOException naming the file, if weights cannot be read
   */
  String trial(Candidate candidate) throws IOException {
    Map<String, Object> all = common(candidate);
    all.put(
        "training",
        candidate.trained(1).training().on(request.dataset().category(), request.seed()));
    all.put("threads", request.trainingThreads());
    byte[] text = JSON.writeValueAsBytes(all);
    return ContentDigest.of(ByteBuffer.wrap(text)).substring(0, SHORT);
  }

  private Map<String, Object> common(Candidate candidate) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("model", candidate.config());
    all.put("weights", weights.of(candidate.model().weights()));
    all.put("processor", machine.cpu());
    all.put("vectors", machine.vectors());
    all.put("processors", machine.processors());
    all.put("instructionSet", instructions.name());
    all.put("flowline", request.version());
    return all;
  }
}
