// An ONNX Runtime that is too old, as far as anybody may look at it.
#include <cstdint>

namespace {
const char* version() { return "1.13.1"; }
const void* const* table(uint32_t) { return nullptr; }
const struct {
  const void* const* (*table)(uint32_t);
  const char* (*version)();
} BASE = {table, version};
}  // namespace

extern "C" __attribute__((visibility("default"))) const void* OrtGetApiBase() { return &BASE; }
