package dev.flowline.cli;

import dev.flowline.model.ModelConfig;

/**
 * The JSON answer of the commands that write a model file.
 *
 * @param modelFile the file, as the user named it
 * @param config the configuration that it holds
 */
record WrittenModel(String modelFile, ModelConfig config) {}
