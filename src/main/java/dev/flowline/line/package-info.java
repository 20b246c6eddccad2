/** From an image to a verdict with regions and timings: what runs on a production line. */
package dev.flowline.line;
