// Called libcuda.so.1: a CUDA driver that knows where memory lies and nothing else. Pages whose
// addresses it is told are a device's.
#include <cstdint>

extern "C" {

uintptr_t fake_device_begin = 0, fake_device_end = 0;
unsigned int fake_is_managed = 0;

int cuPointerGetAttribute(void* data, int attribute, unsigned long long address) {
  constexpr int MEMORY_TYPE = 2, IS_MANAGED = 8, UNKNOWN_ADDRESS = 1;
  if (address < fake_device_begin || address >= fake_device_end) return UNKNOWN_ADDRESS;
  if (attribute == MEMORY_TYPE) {
    *static_cast<unsigned int*>(data) = 2;
  } else if (attribute == IS_MANAGED) {
    *static_cast<unsigned int*>(data) = fake_is_managed;
  } else {
    return UNKNOWN_ADDRESS;
  }
  return 0;
}
}
