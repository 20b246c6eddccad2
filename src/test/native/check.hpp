#ifndef FLOWLINE_TEST_CHECK_HPP
#define FLOWLINE_TEST_CHECK_HPP

#include <cstdio>
#include <cstdlib>
#include <string>

#include "flowline/flowline.h"

#define CHECK(condition)                                                                  \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: %s; last error: %s\n", __FILE__, __LINE__, #condition, \
                   flowline_last_error());                                                \
      std::exit(1);                                                                       \
    }                                                                                     \
  } while (false)

/// The call failed so, and its message has the words.
#define CHECK_FAILS(call, expected, words)                                      \
  do {                                                                          \
    CHECK((call) == (expected));                                                \
    CHECK(std::string(flowline_last_error()).find(words) != std::string::npos); \
  } while (false)

struct Context {
  explicit Context(int32_t threads = 1, int32_t set = FLOWLINE_INSTRUCTION_SET_BEST) {
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.threads = threads;
    options.instruction_set = set;
    CHECK(flowline_context_create(&options, &handle) == FLOWLINE_OK);
  }
  ~Context() { flowline_context_destroy(handle); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  operator flowline_context*() const { return handle; }
  flowline_context* handle = nullptr;
};

/// flowline_segment for the map of log10 NFA and its smallest alone.
inline flowline_status segment(flowline_context* context, const flowline_tensor* latents,
                               int32_t scales, const flowline_segment_options* options,
                               int64_t height, int64_t width, float* log10_nfa, float* smallest) {
  const flowline_maps maps = {sizeof maps, 0,       height,  width,   log10_nfa, smallest,
                              nullptr,     nullptr, nullptr, nullptr, nullptr};
  return flowline_segment(context, latents, scales, options, &maps);
}

#endif
