/**
 * Tuning: which recipe finds most within a takt. Latencies are measured first, on models with
 * random weights; what is left is trained by successive halving.
 */
package dev.flowline.tune;
