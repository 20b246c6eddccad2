/** The command line. Edges only: it parses, calls and prints. */
package dev.flowline.cli;
