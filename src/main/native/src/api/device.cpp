#include "api/device.hpp"

#include <dlfcn.h>
#include <link.h>

#include <atomic>
#include <cstring>
#include <string>

#include "api/status.hpp"

namespace flowline {
namespace {

std::string own_folder() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0) return "";
  const std::string path = info.dli_fname == nullptr ? "" : info.dli_fname;
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

/// libflowline_cuda, opened once a process; where it cannot be had, why not.
class Opened {
 public:
  Opened() {
    const std::string soname = "libflowline_cuda.so." + std::to_string(FLOWLINE_VERSION_MAJOR);
    const std::string folder = own_folder();
    void* handle = folder.empty() ? nullptr : open(folder + soname);
    if (handle == nullptr) handle = open(soname);
    if (handle == nullptr) return;
    CudaLibraryEntry entry = nullptr;
    void* symbol = dlsym(handle, CUDA_LIBRARY_ENTRY);
    std::memcpy(&entry, &symbol, sizeof entry);
    const CudaLibrary* library = entry == nullptr ? nullptr : entry();
    const char* version = library == nullptr ? "unknown" : library->version;
    if (std::strcmp(version, FLOWLINE_VERSION) == 0) {
      library_ = library;
    } else {
      why_ = soname + " is of version " + version + ", not " FLOWLINE_VERSION;
    }
  }

  const CudaLibrary& library() const {
    if (library_ != nullptr) return *library_;
    throw Error(FLOWLINE_UNAVAILABLE, "no CUDA: " + why_);
  }

 private:
  void* open(const std::string& path) {
    void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) why_ += (why_.empty() ? "" : "; ") + std::string(dlerror());
    return handle;
  }

  const CudaLibrary* library_ = nullptr;
  std::string why_;
};

const CudaLibrary& cuda_library() {
  static const Opened opened;
  return opened.library();
}

void require(flowline_status status, const CudaMessage& message) {
  if (status != FLOWLINE_OK) throw Error(status, message.text);
}

// Of CUDA's driver API, as far as it is needed to ask where an address lies.
using PointerAttribute = HostMemory::PointerAttribute;
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

int32_t Device::count() {
  int32_t devices = 0;
  CudaMessage message;
  require(cuda_library().devices(&devices, &message), message);
  return devices;
}

Device::Device(int32_t index, void* stream) : library_(cuda_library()) {
  CudaMessage message;
  require(library_.open(index, stream, &device_, &message), message);
  description_ = "CUDA device " + std::to_string(index) + ", " + library_.name(device_);
}

Device::~Device() { library_.close(device_); }

void Device::set_stream(void* stream) {
  CudaMessage message;
  require(library_.set_stream(device_, stream, &message), message);
}

void Device::require_own(const Name& name, const void* pointer) const {
  CudaMessage message;
  if (pointer == nullptr || library_.is_own(device_, pointer, &message)) return;
  invalid(name.text() + " must be memory of " + description_ + ", got " + message.text);
}

void Device::energy(const flowline_tensor& latent, float* energy) {
  CudaMessage message;
  require(library_.energy(device_, &latent, energy, &message), message);
}

void Device::reserve(const CudaSegmentation& call) {
  CudaMessage message;
  require(library_.reserve(device_, &call, &message), message);
}

void Device::segment(const CudaSegmentation& call) {
  CudaMessage message;
  require(library_.segment(device_, &call, &message), message);
}

void Device::coupling_forward(const flowline_coupling& coupling, const flowline_tensor& input,
                              const flowline_tensor& subnet, float* output, double* log_det) {
  CudaMessage message;
  require(library_.coupling_forward(device_, &coupling, &input, &subnet, output, log_det, &message),
          message);
}

void Device::coupling_undo_affine(const flowline_coupling& coupling, const flowline_tensor& input,
                                  float* output, double* log_det) {
  CudaMessage message;
  require(library_.coupling_undo_affine(device_, &coupling, &input, output, log_det, &message),
          message);
}

void Device::coupling_inverse(const flowline_coupling& coupling, const flowline_tensor& latent,
                              const flowline_tensor& subnet, double* log_det) {
  CudaMessage message;
  require(library_.coupling_inverse(device_, &coupling, &latent, &subnet, log_det, &message),
          message);
}

HostMemory::HostMemory() : attribute_(pointer_attribute()) {}

void HostMemory::require(const Name& name, const void* pointer) const {
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
