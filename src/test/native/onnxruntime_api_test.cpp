// The places of the functions that are used in ONNX Runtime's table, against its own header: compiled,
// it has passed.
#include "inspect/onnxruntime_api.hpp"

#include <onnxruntime_c_api.h>

#include <cstddef>

namespace {

namespace mine = flowline::ort;

#define AT(place, name) \
  static_assert(decltype(mine::place)::PLACE == offsetof(OrtApi, name) / sizeof(void*), #name)
#define SAME(name) AT(name, name)

SAME(GetErrorMessage);
SAME(CreateEnv);
SAME(CreateSession);
SAME(Run);
SAME(CreateSessionOptions);
SAME(SetIntraOpNumThreads);
SAME(SetInterOpNumThreads);
SAME(SessionGetInputCount);
SAME(SessionGetOutputCount);
SAME(SessionGetInputTypeInfo);
SAME(SessionGetOutputTypeInfo);
SAME(SessionGetInputName);
SAME(SessionGetOutputName);
SAME(CreateTensorWithDataAsOrtValue);
SAME(CastTypeInfoToTensorInfo);
SAME(GetTensorElementType);
SAME(GetDimensionsCount);
SAME(GetDimensions);
SAME(CreateCpuMemoryInfo);
SAME(AllocatorFree);
SAME(GetAllocatorWithDefaultOptions);
SAME(ReleaseEnv);
SAME(ReleaseStatus);
SAME(ReleaseMemoryInfo);
SAME(ReleaseSession);
SAME(ReleaseValue);
SAME(ReleaseTypeInfo);
SAME(ReleaseSessionOptions);
SAME(GetAvailableProviders);
SAME(ReleaseAvailableProviders);
SAME(AddSessionConfigEntry);
SAME(CreateTensorRTProviderOptions);
SAME(UpdateTensorRTProviderOptions);
SAME(ReleaseTensorRTProviderOptions);
SAME(CreateCUDAProviderOptions);
SAME(UpdateCUDAProviderOptions);
SAME(ReleaseCUDAProviderOptions);
AT(AppendTensorRt, SessionOptionsAppendExecutionProvider_TensorRT_V2);
AT(AppendCuda, SessionOptionsAppendExecutionProvider_CUDA_V2);
AT(AppendByName, SessionOptionsAppendExecutionProvider);

static_assert(flowline::ORT_LOG_FATAL == ORT_LOGGING_LEVEL_FATAL);
static_assert(flowline::ORT_FLOAT32 == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT);
static_assert(flowline::ORT_ARENA_ALLOCATOR == OrtArenaAllocator);
static_assert(flowline::ORT_MEMORY_DEFAULT == OrtMemTypeDefault);
static_assert(offsetof(OrtApiBase, GetApi) == offsetof(flowline::OrtApiBase, table));
static_assert(offsetof(OrtApiBase, GetVersionString) == offsetof(flowline::OrtApiBase, version));
static_assert(ORT_API_VERSION >= flowline::ORT_TABLE);

}  // namespace
