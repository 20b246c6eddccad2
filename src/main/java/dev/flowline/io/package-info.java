/**
 * Tensors at rest, pictures and files: reading what others wrote, writing so that nothing is lost.
 */
package dev.flowline.io;
