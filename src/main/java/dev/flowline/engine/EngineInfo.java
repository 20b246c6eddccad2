package dev.flowline.engine;

/**
 * The engine that computed latents, for audits.
 *
 * @param name such as {@code libtorch}
 * @param version as the engine itself reports it
 */
public record EngineInfo(String name, String version) {}
