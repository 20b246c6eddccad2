/** The native runtime of a program that embeds Flowline: its threads and its memory. */
package dev.flowline.runtime;
