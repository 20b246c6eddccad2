package dev.flowline.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.flowline.io.ExactName;
import dev.flowline.model.ModelConfig;
import java.nio.file.Path;

/**
 * The JSON answer of the commands that write a model file.
 *
 * @param modelFile the file, as the user named it
 * @param modelFileUri the file as a URI with the bytes of its name; null if the name is UTF-8
 * @param config the configuration that it holds
 */
record WrittenModel(
    String modelFile,
    @JsonInclude(JsonInclude.Include.NON_NULL) String modelFileUri,
    ModelConfig config) {
  static WrittenModel of(Path file, ModelConfig config) {
    return new WrittenModel(file.toString(), ExactName.uriOf(file), config);
  }
}
