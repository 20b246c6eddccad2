// A context on the CPU that is given a CUDA device's memory says which argument it is, in a process
// that has loaded a CUDA driver: a fake one here, and memory that would fault if it were touched.
#include <dlfcn.h>
#include <sys/mman.h>

#include <cstdint>
#include <vector>

#include "check.hpp"

int main() {
  constexpr size_t BYTES = 1 << 16;
  void* const device = mmap(nullptr, BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(device != MAP_FAILED);
  void* const driver = dlopen(FAKE_DRIVER, RTLD_NOW | RTLD_LOCAL);
  CHECK(driver != nullptr);
  *static_cast<uintptr_t*>(dlsym(driver, "fake_device_begin")) =
      reinterpret_cast<uintptr_t>(device);
  *static_cast<uintptr_t*>(dlsym(driver, "fake_device_end")) =
      reinterpret_cast<uintptr_t>(device) + BYTES;

  Context context;
  std::vector<float> host(4 * 8 * 8, 1.0f);
  float* const there = static_cast<float*>(device);
  flowline_tensor latent = {sizeof latent, FLOWLINE_FLOAT32, host.data(), 1, 4, 8, 8};
  flowline_maps maps = {sizeof maps, 0, 8, 8, host.data() + 999999, nullptr, nullptr, nullptr};
  std::vector<float> map(64), out(256);
  maps.log10_nfa = map.data();
  CHECK(flowline_energy(context, &latent, map.data()) == FLOWLINE_OK);
  CHECK(flowline_segment(context, &latent, 1, nullptr, &maps) == FLOWLINE_OK);

  const flowline_status invalid = FLOWLINE_INVALID_ARGUMENT;
  CHECK_FAILS(flowline_energy(context, &latent, there), invalid, "energy must be host memory");
  maps.log10_nfa = there;
  CHECK_FAILS(flowline_segment(context, &latent, 1, nullptr, &maps), invalid, "maps.log10_nfa");
  maps.log10_nfa = map.data();
  maps.anomaly_score = there;
  CHECK_FAILS(flowline_segment(context, &latent, 1, nullptr, &maps), invalid, "maps.anomaly_score");
  maps.anomaly_score = nullptr;
  latent.data = there;
  CHECK_FAILS(flowline_energy(context, &latent, map.data()), invalid, "latent");
  CHECK_FAILS(flowline_segment(context, &latent, 1, nullptr, &maps), invalid, "latents[0]");
  latent.data = host.data();
  flowline_coupling coupling = {};
  coupling.struct_size = sizeof coupling;
  coupling.alpha = 2;
  coupling.subnet_scale = 0.1f;
  coupling.gain = there;
  CHECK_FAILS(flowline_coupling_forward(context, &coupling, &latent, &latent, out.data(), nullptr),
              invalid, "coupling.gain");
  flowline_region region;
  int64_t count;
  CHECK_FAILS(flowline_regions(context, there, 8, 8, 0, 4, &region, 1, &count), invalid,
              "log10_nfa");

  // Managed memory is the host's too.
  CHECK(mprotect(device, BYTES, PROT_READ | PROT_WRITE) == 0);
  *static_cast<unsigned int*>(dlsym(driver, "fake_is_managed")) = 1;
  CHECK(flowline_energy(context, &latent, there) == FLOWLINE_OK);
}
