package dev.flowline.cli.doctor;

import java.util.List;

/** Looks at one thing that Flowline needs. Finds out, and never throws because of what it finds. */
interface Check {
  List<Finding> findings();
}
