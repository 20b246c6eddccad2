#include "flowline/flowline.h"

const char* flowline_version(void) { return "0.1.0"; }
