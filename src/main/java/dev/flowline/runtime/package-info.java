/** How native code runs inside a program that embeds Flowline: its threads and its memory. */
package dev.flowline.runtime;
