/** What of Flowline works on this machine, one check a class. */
package dev.flowline.cli.doctor;
