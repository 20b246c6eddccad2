/** Frozen networks that turn an image into features, and where their weights come from. */
package dev.flowline.extractor;
