/** The checks of what Flowline needs on this machine, one class per check. */
package dev.flowline.cli.doctor;
