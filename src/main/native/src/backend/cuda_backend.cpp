#include "backend/cuda_backend.hpp"

#include <dlfcn.h>

#include <cstring>
#include <string>

#include "acontrario/region_law.hpp"
#include "call/tensor_extent.hpp"
#include "checks/status.hpp"

namespace flowline {
namespace {

std::string own_folder() {
  Dl_info info;
  if (dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0) return "";
  const std::string path = info.dli_fname == nullptr ? "" : info.dli_fname;
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

/// Returns how a library differs from the one that this build calls, "" if it does not. The two
/// read each other's structures.
std::string difference(const std::string& soname, const CudaLibrary& library) {
  constexpr int32_t CALL_BYTES = sizeof(SegmentCall);
  if (std::strcmp(library.version, FLOWLINE_VERSION) != 0) {
    return soname + " is of version " + library.version + ", not " FLOWLINE_VERSION;
  }
  if (library.interface == CUDA_INTERFACE && library.call_bytes == CALL_BYTES) return "";
  return soname + " is of another build than libflowline: it has interface " +
         std::to_string(library.interface) + " with calls of " +
         std::to_string(library.call_bytes) + " bytes, not interface " +
         std::to_string(CUDA_INTERFACE) + " with calls of " + std::to_string(CALL_BYTES) +
         "; install both from one build";
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
    why_ = library == nullptr ? soname + " does not have " + CUDA_LIBRARY_ENTRY
                              : difference(soname, *library);
    if (why_.empty()) library_ = library;
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

}  // namespace

int32_t CudaBackend::count() {
  int32_t devices = 0;
  CudaMessage message;
  require(cuda_library().devices(&devices, &message), message);
  return devices;
}

CudaBackend::CudaBackend(const Kernels& kernels, int32_t index, void* stream)
    : library_(cuda_library()),
      index_(index),
      device_name_("CUDA device " + std::to_string(index)),
      host_(kernels, &host_thread_) {
  CudaMessage message;
  require(library_.open(index, stream, &device_, &message), message);
  description_ = device_name_ + ", " + library_.name(device_);
}

CudaBackend::~CudaBackend() { library_.close(device_); }

void CudaBackend::set_stream(void* stream) {
  CudaMessage message;
  require(library_.set_stream(device_, stream, &message), message);
}

void CudaBackend::require_own(const Name& name, const void* pointer) const {
  CudaMessage message;
  if (pointer == nullptr || library_.is_own(device_, pointer, &message)) return;
  invalid(name.text() + " must be memory of " + description_ + ", got " + message.text);
}

bool CudaBackend::is_on_device(const void* pointer) const {
  CudaMessage message;
  return library_.is_own(device_, pointer, &message) != 0;
}

const void* CudaBackend::host_copy(const void* own, int64_t bytes) {
  return copied(own, bytes, &copy_);
}

void CudaBackend::energy(const flowline_tensor& latent, float* energy) {
  CudaMessage message;
  require(library_.energy(device_, &latent, energy, &message), message);
}

void CudaBackend::reserve(const SegmentCall& call) {
  CudaMessage message;
  require(library_.reserve(device_, &call, &message), message);
}

void CudaBackend::segment(const SegmentCall& call) {
  CudaMessage message;
  require(library_.segment(device_, &call, &message), message);
}

HeldWords CudaBackend::held(const std::vector<uint32_t>& words) {
  if (words.empty()) return nullptr;
  CudaMessage message;
  uint32_t* own = nullptr;
  const int64_t count = static_cast<int64_t>(words.size());
  require(library_.hold(index_, words.data(), count, &own, &message), message);
  return HeldWords(own, {library_.release, index_});
}

namespace {

void make_room(int64_t bytes, std::vector<uint64_t>* memory) {
  constexpr int64_t WORD = sizeof(uint64_t);
  memory->resize(static_cast<size_t>((bytes + WORD - 1) / WORD));
}

}  // namespace

const void* CudaBackend::copied(const void* own, int64_t bytes, std::vector<uint64_t>* copy) {
  make_room(bytes, copy);
  CudaMessage message;
  require(library_.read(device_, copy->data(), own, bytes, &message), message);
  return copy->data();
}

/// A tensor with gaps is made dense before it is copied.
flowline_tensor CudaBackend::copied(const flowline_tensor& own, std::vector<uint64_t>* copy) {
  flowline_tensor tensor = own;
  const int64_t size = size_of_element(own.type);
  if (extent_of(own) <= elements_of(own)) {
    tensor.data = copied(own.data, extent_of(own) * size, copy);
    return tensor;
  }
  make_room(elements_of(own) * size, copy);
  CudaMessage message;
  require(library_.read_dense(device_, copy->data(), &own, &message), message);
  make_dense(&tensor);
  tensor.data = copy->data();
  return tensor;
}

const CpuSegmenter& CudaBackend::segment_on_host(const SegmentCall& call) {
  SegmentCall on_host = call;
  const size_t scales = static_cast<size_t>(call.scales);
  if (copies_.size() < scales + 2) copies_.resize(scales + 2);
  for (size_t scale = 0; scale < scales; scale++) {
    on_host.latents[scale] = copied(call.latents[scale], &copies_[scale]);
  }
  if (call.by_law) {
    const int64_t knots = call.law.knots, levels = call.law.classes * knots;
    const auto bytes = [](int64_t count, size_t each) {
      return count * static_cast<int64_t>(each);
    };
    on_host.law.level = static_cast<const float*>(
        copied(call.law.level, bytes(knots, sizeof(float)), &copies_[scales]));
    on_host.law.log10_pfa = static_cast<const double*>(
        copied(call.law.log10_pfa, bytes(levels, sizeof(double)), &copies_[scales + 1]));
    require_law(on_host.law);
  }
  host_.segment(on_host);
  return host_;
}

void CudaBackend::coupling_forward(const flowline_coupling& coupling, const flowline_tensor& input,
                                   const flowline_tensor& subnet, float* output, double* log_det) {
  CudaMessage message;
  require(library_.coupling_forward(device_, &coupling, &input, &subnet, output, log_det, &message),
          message);
}

void CudaBackend::coupling_undo_affine(const flowline_coupling& coupling,
                                       const flowline_tensor& input, float* output,
                                       double* log_det) {
  CudaMessage message;
  require(library_.coupling_undo_affine(device_, &coupling, &input, output, log_det, &message),
          message);
}

void CudaBackend::coupling_inverse(const flowline_coupling& coupling, const flowline_tensor& latent,
                                   const flowline_tensor& subnet, double* log_det) {
  CudaMessage message;
  require(library_.coupling_inverse(device_, &coupling, &latent, &subnet, log_det, &message),
          message);
}

}  // namespace flowline
