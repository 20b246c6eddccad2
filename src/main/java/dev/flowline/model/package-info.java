/** Extractor and flow with their weights as one thing, and the file that holds it. */
package dev.flowline.model;
