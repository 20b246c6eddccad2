// What befalls a process: threads that the system refuses, and fork().
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "check.hpp"

namespace {

/// In a process of its own, which succeeds.
template <class Body>
void in_child(Body&& body) {
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    body();
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// Their stacks alone are more than the process may have. Fewer threads it gets afterwards.
void refused_threads() {
  in_child([] {
    const rlimit memory = {1 << 30, 1 << 30};
    CHECK(setrlimit(RLIMIT_AS, &memory) == 0);
    flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
    options.threads = 1024;
    flowline_context* context;
    CHECK_FAILS(flowline_context_create(&options, &context), FLOWLINE_OUT_OF_MEMORY,
                "options.threads: the system gives ");
    CHECK_FAILS(flowline_context_create(&options, &context), FLOWLINE_OUT_OF_MEMORY,
                " of 1024 threads; ask for fewer, or raise its limits");
    CHECK(context == nullptr);
    const Context two(2);
  });
}

// After fork() the child creates contexts of its own, and the parent keeps its own.
void forked() {
  const std::vector<float> z(4 * 3 * 8 * 8, 1.5f);
  const flowline_tensor latent = {sizeof latent, FLOWLINE_FLOAT32, z.data(), 4, 3, 8, 8};
  auto map_of = [&](flowline_context* context) {
    std::vector<float> map(4 * 8 * 8);
    CHECK(segment(context, &latent, 1, nullptr, 8, 8, map.data(), nullptr) == FLOWLINE_OK);
    return map;
  };
  const Context context(3);
  const std::vector<float> expected = map_of(context);
  in_child([&] { CHECK(map_of(Context(3)) == expected); });
  CHECK(map_of(context) == expected);
}

}  // namespace

int main(int count, char** arguments) {
  CHECK(count == 2);
  std::string(arguments[1]) == "fork" ? forked() : refused_threads();
}
