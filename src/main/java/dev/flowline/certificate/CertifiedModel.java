package dev.flowline.certificate;

import dev.flowline.engine.EngineInfo;
import dev.flowline.model.ModelConfig;
import dev.flowline.model.NetworkShapes;

/**
 * A model that a certificate is about.
 *
 * @param name of its file, without a path
 * @param digest of its file, see {@link dev.flowline.model.ModelFile#digest}
 * @param shapes of its networks
 * @param engine of this program
 */
public record CertifiedModel(
    String name, String digest, ModelConfig config, NetworkShapes shapes, EngineInfo engine) {}
