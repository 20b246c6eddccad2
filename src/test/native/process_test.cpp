// What befalls a process: threads that the system refuses, and fork().
#include <dlfcn.h>
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

std::vector<float> map_of(flowline_context* context) {
  const std::vector<float> z(4 * 3 * 8 * 8, 1.5f);
  const flowline_tensor latent = {sizeof latent, FLOWLINE_FLOAT32, z.data(), 4, 3, 8, 8};
  std::vector<float> map(4 * 8 * 8);
  CHECK(segment(context, &latent, 1, nullptr, 8, 8, map.data(), nullptr) == FLOWLINE_OK);
  return map;
}

// After fork() the child creates contexts of its own, and the parent keeps its own.
void forked() {
  const Context context(3);
  const std::vector<float> expected = map_of(context);
  in_child([&] { CHECK(map_of(Context(3)) == expected); });
  CHECK(map_of(context) == expected);
}

// In a program of OpenMP's too, whose threads are not in the child: there a context has its own.
void forked_beside_openmp() {
  void* const openmp = dlopen("libgomp.so.1", RTLD_NOW);
  if (openmp == nullptr) return;  // a system without it has no such program either
  flowline_context_options options = FLOWLINE_CONTEXT_OPTIONS_DEFAULT;
  options.threads = 3;
  options.parallel = reinterpret_cast<flowline_parallel>(dlsym(openmp, "GOMP_parallel"));
  CHECK(options.parallel != nullptr);
  flowline_context* lent;
  CHECK(flowline_context_create(&options, &lent) == FLOWLINE_OK);
  const std::vector<float> expected = map_of(lent);
  in_child([&] {
    options.threads = 1;
    flowline_context* one;
    CHECK(flowline_context_create(&options, &one) == FLOWLINE_OK);
    CHECK(map_of(one) == expected);
    CHECK(map_of(Context(3)) == expected);
  });
  CHECK(map_of(lent) == expected);
  flowline_context_destroy(lent);
}

}  // namespace

int main(int count, char** arguments) {
  CHECK(count == 2);
  const std::string what = arguments[1];
  if (what == "fork") {
    forked();
  } else if (what == "fork-openmp") {
    forked_beside_openmp();
  } else {
    refused_threads();
  }
}
