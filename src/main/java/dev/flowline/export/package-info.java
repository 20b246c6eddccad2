/**
 * Models as ONNX files that decide as the model does, and the check that they do: network, test and
 * golden images in one file, for engines that have no JVM.
 */
package dev.flowline.export;
