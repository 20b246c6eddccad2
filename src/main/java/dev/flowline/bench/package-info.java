/**
 * Measures inspections: how long each stage takes, how many images a second there are, what
 * start-up and memory cost; and compares measurements.
 */
package dev.flowline.bench;
