#include "libtorch.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace {

void check(int32_t error) {
  if (error != 0) throw std::runtime_error("LibTorch refuses");
}

}  // namespace

std::shared_ptr<LibTorch> LibTorch::of(const std::string& path) {
  return path.empty() ? nullptr : std::make_shared<LibTorch>(path);
}

template <class Function>
void LibTorch::find(const char* name, Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library_, name));
  if (*function == nullptr) throw std::invalid_argument(std::string("LibTorch lacks ") + name);
}

LibTorch::LibTorch(const std::string& path) {
  library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) throw std::invalid_argument(dlerror());
  find("aoti_torch_create_tensor_from_blob", &create_);
  find("aoti_torch_delete_tensor_object", &remove_);
  find("aoti_torch_get_data_ptr", &data_);
  find("aoti_torch_cpu_convolution", &convolve_);
  find("aoti_torch_call_dispatcher", &call_);
  find("aoti_torch_grad_mode_set_enabled", &gradients_);
  find("_ZN2at15set_num_threadsEi", &threads_);
  gradients_(false);
  threads_(1);
}

LibTorch::Tensor LibTorch::tensor(float* data, const std::vector<int64_t>& sizes,
                                  const std::vector<int64_t>& strides) const {
  constexpr int32_t FLOAT32 = 6, CPU = 0;
  Tensor made = nullptr;
  check(create_(data, static_cast<int64_t>(sizes.size()), sizes.data(), strides.data(), 0, FLOAT32,
                CPU, 0, &made));
  return made;
}

void LibTorch::remove(Tensor tensor) const { check(remove_(tensor)); }

float* LibTorch::data(Tensor tensor) const {
  void* data = nullptr;
  check(data_(tensor, &data));
  return static_cast<float*>(data);
}

LibTorch::Tensor LibTorch::convolve(Tensor image, Tensor weights, Tensor bias, int64_t side) const {
  const int64_t one[] = {1, 1}, zero[] = {0, 0}, padding[] = {side / 2, side / 2};
  Tensor out = nullptr;
  check(convolve_(image, weights, &bias, one, 2, padding, 2, one, 2, 0, zero, 2, 1, &out));
  return out;
}

LibTorch::Tensor LibTorch::rectify(Tensor tensor) const {
  uint64_t stack[1] = {reinterpret_cast<uint64_t>(tensor)};
  check(call_("aten::relu_", "", stack));
  return reinterpret_cast<Tensor>(stack[0]);
}
