// The memory of a call's arguments: as much as the largest call has, and not more.
#include "api/footprint.hpp"

#include "check.hpp"
#include "checks/status.hpp"

using namespace flowline;

int main() {
  char memory[Footprint::MOST_RANGES + 1];
  Footprint footprint;
  for (int i = 0; i < Footprint::MOST_RANGES; i++) footprint.write(Name("array", i), memory + i, 1);
  footprint.write("nothing", nullptr, 1);
  flowline_status status = FLOWLINE_OK;
  std::string message;
  try {
    footprint.read("one more", memory + Footprint::MOST_RANGES, 1);
  } catch (const Error& error) {
    status = error.status();
    message = error.what();
  }
  CHECK(status == FLOWLINE_INTERNAL && message == "no room for the memory of one more");
}
