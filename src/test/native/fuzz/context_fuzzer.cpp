// Contexts: made of any options, described, given streams, destroyed; and the entries that cannot
// fail.
#include <cstring>

#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  EXPECT(std::strcmp(flowline_version(), FLOWLINE_VERSION) == 0);
  const int32_t number = in.bits<int32_t>();
  const bool known = number >= FLOWLINE_OK && number <= FLOWLINE_TOO_FEW_IMAGES;
  EXPECT((std::strcmp(flowline_status_name(number), "unknown status") != 0) == known);

  Exact<int32_t> devices(1, perhaps_shift(in));
  int32_t* count = in.rarely() ? nullptr : devices.get();
  const flowline_status found = flowline_cuda_devices(count);
  if (count == nullptr || !devices.aligned()) {
    EXPECT(found == FLOWLINE_INVALID_ARGUMENT);
  } else {
    EXPECT(found == (*count > 0 ? FLOWLINE_OK : FLOWLINE_UNAVAILABLE));
    EXPECT((found == FLOWLINE_OK) == (flowline_last_error()[0] == '\0'));
  }

  flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  options.threads = in.perhaps_wild32(1 + in.byte() % 4);
  options.device = in.perhaps_wild32(in.rarely() ? FLOWLINE_DEVICE_CUDA : FLOWLINE_DEVICE_CPU);
  options.device_index = in.perhaps_wild32(0);
  options.instruction_set = in.perhaps_wild32(in.byte() % 5);
  options.reserved = in.perhaps_wild32(0);
  if (in.rarely()) options.stream = &options;
  // A thousand threads are allowed and slow.
  if (options.threads > 16 && options.threads <= 1024) options.threads = 16;
  Verdict verdict;
  const Given<flowline_context_options> given(in, options, &verdict);
  if (given.is_null()) verdict = Verdict{};
  const flowline_context_options seen = given.is_null() ? options : given.known;
  const bool cpu = given.is_null() || seen.device == FLOWLINE_DEVICE_CPU;
  if (!given.is_null()) {
    verdict.require(seen.threads >= 1 && seen.threads <= 1024);
    verdict.require(seen.device >= 0 && seen.device <= FLOWLINE_DEVICE_CUDA);
    verdict.require(!cpu || (seen.device_index == 0 && seen.stream == nullptr));
    verdict.require(seen.instruction_set >= 0 &&
                    seen.instruction_set <= FLOWLINE_INSTRUCTION_SET_NEON);
    verdict.require(seen.reserved == 0);
    verdict.may_fail |= !cpu || seen.instruction_set > FLOWLINE_INSTRUCTION_SET_BASELINE;
  }
  if (!cpu && seen.stream != nullptr) return 0;  // a device's driver cannot check a stream

  Exact<flowline_context*> made(1, perhaps_shift(in));
  flowline_context** out = in.rarely() ? nullptr : made.get();
  verdict.require(out != nullptr && made.aligned());
  const flowline_status status = flowline_context_create(given.get(), out);
  expect(status, verdict);
  if (out == nullptr || !made.aligned()) return 0;
  EXPECT((status == FLOWLINE_OK) == (*out != nullptr));
  if (status == FLOWLINE_OK) {
    EXPECT(std::strlen(flowline_context_description(*out)) > 3);
    EXPECT(flowline_context_set_stream(*out, nullptr) == FLOWLINE_OK);
    if (cpu) EXPECT(flowline_context_set_stream(*out, &options) == FLOWLINE_INVALID_ARGUMENT);
  }
  EXPECT(flowline_context_set_stream(nullptr, nullptr) == FLOWLINE_INVALID_ARGUMENT);
  EXPECT(flowline_set_last_error(status, nullptr) == status && *flowline_last_error() == '\0');
  EXPECT(flowline_context_description(nullptr) != nullptr);
  flowline_context_destroy(*out);
  return 0;
}
