#include "backend/cuda_backend.hpp"

#include <dlfcn.h>

#include <cmath>
#include <cstring>
#include <string>
#include <type_traits>

#include "acontrario/region_law.hpp"
#include "acontrario/verdict.hpp"
#include "api/bytes.hpp"
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
      inspector_(kernels, &host_thread_),
      preprocessor_(kernels, &host_thread_) {
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

void CudaBackend::read(const void* own, int64_t bytes, void* host) {
  CudaMessage message;
  require(library_.read(device_, host, own, bytes, &message), message);
}

const void* CudaBackend::copied(const void* own, int64_t bytes, std::vector<uint64_t>* copy) {
  constexpr int64_t WORD = sizeof(uint64_t);
  copy->resize(static_cast<size_t>((bytes + WORD - 1) / WORD));
  read(own, bytes, copy->data());
  return copy->data();
}

void CudaBackend::check_law(const RegionLaw& law) {
  const int64_t knots = law.knots;
  RegionLaw here = law;
  here.level = static_cast<const float*>(copied(law.level, bytes_of<float>(knots), &copy_));
  here.log10_pfa = static_cast<const double*>(
      copied(law.log10_pfa, bytes_of<double>(law.classes * knots), &other_copy_));
  if (is_relative(law)) {
    here.baseline_log10_pfa = static_cast<const double*>(
        copied(law.baseline_log10_pfa, bytes_of<double>(knots), &third_copy_));
  }
  require_law(here);
}

/// Copies to the host what the call asks for.
void CudaBackend::read_outputs(const SegmentCall& call, const flowline_maps& there) {
  const flowline_maps& here = call.maps;
  const int64_t batch = call.batch();
  const auto copy = [&](const auto* own, auto* host, int64_t count) {
    if (host != nullptr) read(own, bytes_of<std::remove_pointer_t<decltype(host)>>(count), host);
  };
  copy(there.log10_nfa, here.log10_nfa, batch * call.map_pixels());
  copy(there.anomaly_map, here.anomaly_map, batch * call.map_pixels());
  copy(there.anomaly_score, here.anomaly_score, batch);
  copy(there.fused_map, here.fused_map, batch * call.positions_of(0));
  copy(there.mean_energies, here.mean_energies, batch * call.scales);
  copy(there.channel_means, here.channel_means, batch * call.channels());
}

// The device computes everything, and the host finds the regions: it needs the tested grids of images
// with regions alone, which are small.
void CudaBackend::inspect(const SegmentCall& call, const flowline_inspection& asked) {
  CudaMessage message;
  DeviceOutputs there;
  require(library_.segment_to_workspace(device_, &call, &there, &message), message);
  if (call.by_law) check_law(call.law);  // of which the device may be given anything
  float* const smallest = call.maps.min_log10_nfa;
  read(there.maps.min_log10_nfa, bytes_of<float>(call.batch()), smallest);
  for (int64_t image = 0; image < call.batch(); image++) {
    if (!std::isnan(smallest[image])) continue;
    throw Error(FLOWLINE_NOT_FINITE,
                "latents, image " + std::to_string(image) + ": an energy is not finite");
  }
  read_outputs(call, there.maps);
  const int64_t positions = call.positions();
  for (int64_t image = 0; image < call.batch(); image++) {
    if (!has_regions(verdict_of(smallest[image], GuardedThreshold::of(asked)))) continue;
    const size_t all = static_cast<size_t>(call.batch() * positions);
    if (painted_.size() < all) painted_.resize(all);
    read(there.painted + image * positions, bytes_of<float>(positions),
         painted_.data() + image * positions);
  }
  inspector_.inspect(call, painted_.data(), true, asked);
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
