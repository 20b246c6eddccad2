/** A peer of Flowline, a plain PyTorch program of U-Flow, and the runs that compare both. */
package dev.flowline.peer;
