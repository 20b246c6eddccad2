#ifndef FLOWLINE_INSPECT_ONNXRUNTIME_API_HPP
#define FLOWLINE_INSPECT_ONNXRUNTIME_API_HPP

#include <cstddef>
#include <cstdint>

namespace flowline {

// ONNX Runtime's C interface, as far as it is used: one exported function gives a table of functions
// that only ever grows, so that a function's place in it is the same in every version that has it.
// Objects are opaque pointers.

struct OrtStatus;
struct OrtEnv;
struct OrtSession;
struct OrtSessionOptions;
struct OrtValue;
struct OrtMemoryInfo;
struct OrtTypeInfo;
struct OrtTensorInfo;
struct OrtAllocator;
struct OrtCudaOptions;
struct OrtTensorRtOptions;

/// What OrtGetApiBase returns.
struct OrtApiBase {
  const void* const* (*table)(uint32_t version);
  const char* (*version)();
};

/// The version of the table that is asked for: that of ONNX Runtime 1.14.
constexpr uint32_t ORT_TABLE = 14;

constexpr int ORT_LOG_FATAL = 4;
constexpr int ORT_FLOAT32 = 1;
constexpr int ORT_ARENA_ALLOCATOR = 1;
constexpr int ORT_MEMORY_DEFAULT = 0;

/// A function of the table, by its place. They are called as the platform's C functions are.
template <class Function, size_t place>
struct OrtEntry {
  static constexpr size_t PLACE = place;
  Function* of(const void* const* table) const {
    return reinterpret_cast<Function*>(const_cast<void*>(table[place]));
  }
};

namespace ort {
using Names = const char* const*;
using Dimensions = const int64_t*;

constexpr OrtEntry<const char*(const OrtStatus*), 2> GetErrorMessage;
constexpr OrtEntry<OrtStatus*(int, const char*, OrtEnv**), 3> CreateEnv;
constexpr OrtEntry<OrtStatus*(const OrtEnv*, const char*, const OrtSessionOptions*, OrtSession**),
                   7>
    CreateSession;
constexpr OrtEntry<OrtStatus*(OrtSession*, const void*, Names, const OrtValue* const*, size_t,
                              Names, size_t, OrtValue**),
                   9>
    Run;
constexpr OrtEntry<OrtStatus*(OrtSessionOptions**), 10> CreateSessionOptions;
constexpr OrtEntry<OrtStatus*(OrtSessionOptions*, int), 24> SetIntraOpNumThreads;
constexpr OrtEntry<OrtStatus*(OrtSessionOptions*, int), 25> SetInterOpNumThreads;
constexpr OrtEntry<OrtStatus*(const OrtSession*, size_t*), 30> SessionGetInputCount;
constexpr OrtEntry<OrtStatus*(const OrtSession*, size_t*), 31> SessionGetOutputCount;
constexpr OrtEntry<OrtStatus*(const OrtSession*, size_t, OrtTypeInfo**), 33>
    SessionGetInputTypeInfo;
constexpr OrtEntry<OrtStatus*(const OrtSession*, size_t, OrtTypeInfo**), 34>
    SessionGetOutputTypeInfo;
constexpr OrtEntry<OrtStatus*(const OrtSession*, size_t, OrtAllocator*, char**), 36>
    SessionGetInputName;
constexpr OrtEntry<OrtStatus*(const OrtSession*, size_t, OrtAllocator*, char**), 37>
    SessionGetOutputName;
constexpr OrtEntry<
    OrtStatus*(const OrtMemoryInfo*, void*, size_t, Dimensions, size_t, int, OrtValue**), 49>
    CreateTensorWithDataAsOrtValue;
constexpr OrtEntry<OrtStatus*(const OrtTypeInfo*, const OrtTensorInfo**), 55>
    CastTypeInfoToTensorInfo;
constexpr OrtEntry<OrtStatus*(const OrtTensorInfo*, int*), 60> GetTensorElementType;
constexpr OrtEntry<OrtStatus*(const OrtTensorInfo*, size_t*), 61> GetDimensionsCount;
constexpr OrtEntry<OrtStatus*(const OrtTensorInfo*, int64_t*, size_t), 62> GetDimensions;
constexpr OrtEntry<OrtStatus*(int, int, OrtMemoryInfo**), 69> CreateCpuMemoryInfo;
constexpr OrtEntry<OrtStatus*(OrtAllocator*, void*), 76> AllocatorFree;
constexpr OrtEntry<OrtStatus*(OrtAllocator**), 78> GetAllocatorWithDefaultOptions;
constexpr OrtEntry<void(OrtEnv*), 92> ReleaseEnv;
constexpr OrtEntry<void(OrtStatus*), 93> ReleaseStatus;
constexpr OrtEntry<void(OrtMemoryInfo*), 94> ReleaseMemoryInfo;
constexpr OrtEntry<void(OrtSession*), 95> ReleaseSession;
constexpr OrtEntry<void(OrtValue*), 96> ReleaseValue;
constexpr OrtEntry<void(OrtTypeInfo*), 98> ReleaseTypeInfo;
constexpr OrtEntry<void(OrtSessionOptions*), 100> ReleaseSessionOptions;
constexpr OrtEntry<OrtStatus*(char***, int*), 125> GetAvailableProviders;
constexpr OrtEntry<OrtStatus*(char**, int), 126> ReleaseAvailableProviders;
constexpr OrtEntry<OrtStatus*(OrtSessionOptions*, const char*, const char*), 130>
    AddSessionConfigEntry;
constexpr OrtEntry<OrtStatus*(OrtSessionOptions*, const OrtTensorRtOptions*), 170>
    AppendTensorRt;  // SessionOptionsAppendExecutionProvider_TensorRT_V2
constexpr OrtEntry<OrtStatus*(OrtTensorRtOptions**), 171> CreateTensorRTProviderOptions;
constexpr OrtEntry<OrtStatus*(OrtTensorRtOptions*, Names, Names, size_t), 172>
    UpdateTensorRTProviderOptions;
constexpr OrtEntry<void(OrtTensorRtOptions*), 174> ReleaseTensorRTProviderOptions;
constexpr OrtEntry<OrtStatus*(OrtSessionOptions*, const OrtCudaOptions*), 204>
    AppendCuda;  // SessionOptionsAppendExecutionProvider_CUDA_V2
constexpr OrtEntry<OrtStatus*(OrtCudaOptions**), 205> CreateCUDAProviderOptions;
constexpr OrtEntry<OrtStatus*(OrtCudaOptions*, Names, Names, size_t), 206>
    UpdateCUDAProviderOptions;
constexpr OrtEntry<void(OrtCudaOptions*), 208> ReleaseCUDAProviderOptions;
constexpr OrtEntry<OrtStatus*(OrtSessionOptions*, const char*, Names, Names, size_t), 216>
    AppendByName;  // SessionOptionsAppendExecutionProvider
}  // namespace ort

}  // namespace flowline
#endif
