/** Random numbers that are a function of a seed: the same on every machine and every Java. */
package dev.flowline.random;
