#include "backend/host_pointers.hpp"

#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <cstdint>
#include <cstring>

#include "checks/status.hpp"

namespace flowline {
namespace {

// The part of CUDA's driver API that tells where an address lies.
using PointerAttribute = HostPointers::PointerAttribute;
constexpr int MEMORY_TYPE = 2;         // CU_POINTER_ATTRIBUTE_MEMORY_TYPE
constexpr int IS_MANAGED = 8;          // CU_POINTER_ATTRIBUTE_IS_MANAGED
constexpr unsigned int ON_DEVICE = 2;  // CU_MEMORYTYPE_DEVICE

// How many objects the process has loaded so far, of which one may be the driver.
unsigned long long objects_loaded() {
  unsigned long long loaded = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* adds) {
        *static_cast<unsigned long long*>(adds) = info->dlpi_adds;
        return 1;
      },
      &loaded);
  return loaded;
}

// Another library may load the driver at any time. To ask for what is not loaded is to search every
// folder, so that it is asked for again only when something was loaded since.
PointerAttribute pointer_attribute() {
  static std::atomic<PointerAttribute> known{nullptr};
  static std::atomic<unsigned long long> searched{0};
  if (const PointerAttribute found = known.load()) return found;
  const unsigned long long loaded = objects_loaded();
  if (searched.load() == loaded) return nullptr;
  void* driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);  // held from now on
  void* symbol = driver == nullptr ? nullptr : dlsym(driver, "cuPointerGetAttribute");
  PointerAttribute found = nullptr;
  std::memcpy(&found, &symbol, sizeof found);
  known.store(found);
  if (found == nullptr) searched.store(loaded);
  return found;
}

}  // namespace

HostPointers::HostPointers() : attribute_(pointer_attribute()) {}

void HostPointers::require(const Name& name, const void* pointer) const {
  if (pointer == nullptr || attribute_ == nullptr) return;
  const unsigned long long address = reinterpret_cast<uintptr_t>(pointer);
  unsigned int type = 0;
  unsigned int managed = 0;
  // A failure says that the driver does not know the address: it is the host's.
  if (attribute_(&type, MEMORY_TYPE, address) != 0 || type != ON_DEVICE) return;
  if (attribute_(&managed, IS_MANAGED, address) == 0 && managed != 0) return;
  invalid(name.text() + " must be host memory, got a CUDA device's");
}

}  // namespace flowline
