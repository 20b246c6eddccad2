package dev.flowline.cli.doctor;

import java.util.List;

/** A check of one thing that Flowline needs. It reports what it finds, and never throws for it. */
interface Check {
  List<Finding> findings();
}
