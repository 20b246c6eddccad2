/** Inspection on a production line: from an image to a verdict with regions and timings. */
package dev.flowline.line;
