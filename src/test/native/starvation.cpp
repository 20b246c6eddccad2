#include "starvation.hpp"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

std::atomic<long> all{0}, aligned{0}, bytes{0};
std::atomic<long> first_to_fail{-1}, last_to_fail{-1};  // of `all`
std::atomic<int> filling{0xa5};

void count_one() {
  const long number = all++;
  if (number >= first_to_fail && number <= last_to_fail) throw std::bad_alloc();
}

void* filled(void* memory, size_t size) {
  if (memory == nullptr) throw std::bad_alloc();
  bytes += static_cast<long>(size);
  return std::memset(memory, filling, size);
}

}  // namespace

long allocations() { return all; }

long allocated_bytes() { return bytes; }

long aligned_allocations() { return aligned; }

void fill_new_memory_with(int byte) { filling = byte; }

void let_fail(long first, long last) {
  const long now = all;
  last_to_fail = now + last;
  first_to_fail = now + first;
}

void let_none_fail() { first_to_fail = last_to_fail = -1; }

__attribute__((noinline)) void* operator new(size_t size) {
  count_one();
  return filled(std::malloc(size), size);
}
__attribute__((noinline)) void* operator new(size_t size, std::align_val_t alignment) {
  count_one();
  aligned++;
  const size_t unit = static_cast<size_t>(alignment);
  return filled(std::aligned_alloc(unit, (size + unit - 1) / unit * unit), size);
}
// A sanitizer's own would not come here.
__attribute__((noinline)) void* operator new[](size_t size) { return operator new(size); }
__attribute__((noinline)) void* operator new[](size_t size, std::align_val_t alignment) {
  return operator new(size, alignment);
}
// std::stable_sort asks by this one.
__attribute__((noinline)) void* operator new(size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
__attribute__((noinline)) void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete(void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete[](void* memory) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete[](void* memory, size_t) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete[](void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete(void* memory, size_t) noexcept { std::free(memory); }
__attribute__((noinline)) void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
__attribute__((noinline)) void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}
