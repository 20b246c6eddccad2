// Where there is no CUDA: every way to ask for it says why, and the CPU goes on. "present": with
// libflowline_cuda beside libflowline; "absent": without; "version", "interface", "call": with one
// of another build (stale_cuda.cpp).
#include <string>

#include "check.hpp"

namespace {

constexpr int SKIPPED = 77;

void check_unavailable(const std::string& words) {
  int32_t devices = 5;
  CHECK_FAILS(flowline_cuda_devices(&devices), FLOWLINE_UNAVAILABLE, words);
  CHECK(devices == 0);
  std::printf("%s\n", flowline_last_error());
  flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  options.device = FLOWLINE_DEVICE_CUDA;
  flowline_context* context = reinterpret_cast<flowline_context*>(&options);
  CHECK_FAILS(flowline_context_create(&options, &context), FLOWLINE_UNAVAILABLE, words);
  CHECK(context == nullptr);
  CHECK_FAILS(flowline_cuda_devices(nullptr), FLOWLINE_INVALID_ARGUMENT, "devices");
}

void check_cpu() {
  const float z[4] = {1, 2, 3, 4};
  const flowline_tensor latent = {sizeof latent, FLOWLINE_FLOAT32, z, 1, 1, 2, 2};
  float energy[4];
  CHECK(flowline_energy(Context(), &latent, energy) == FLOWLINE_OK);
  CHECK(energy[3] == 16);
}

}  // namespace

int main(int count, char** arguments) {
  CHECK(count == 2);
  const std::string which = arguments[1];
  int32_t devices;
  if (which == "present" && flowline_cuda_devices(&devices) == FLOWLINE_OK) {
    std::printf("skipped: there are %d CUDA devices\n", devices);
    return SKIPPED;
  }
  check_unavailable("no CUDA: ");
  if (which == "absent") check_unavailable("libflowline_cuda.so.0: cannot open shared object file");
  if (which == "version") check_unavailable("libflowline_cuda.so.0 is of version 0.0.9, not ");
  if (which == "interface" || which == "call") {
    check_unavailable(
        "libflowline_cuda.so.0 is of another build than libflowline: it has interface ");
  }
  check_cpu();
}
