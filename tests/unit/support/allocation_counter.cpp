#include "tests/unit/support/allocation_counter.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

struct totals {
  std::uint64_t allocations = 0;
  std::uint64_t bytes = 0;
};

thread_local constinit totals of_this_thread;

void count(std::size_t size) {
  ++of_this_thread.allocations;
  of_this_thread.bytes += size;
}

}  // namespace

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

// Sanitizers have operators of their own, which know who called them, and tell of each call. GCC
// comes without the header that declares this (sanitizer/allocator_interface.h).
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*made)(const volatile void*,
                                                                      std::size_t),
                                                         void (*freed)(const volatile void*));

namespace {

void count_allocation(const volatile void* /*memory*/, std::size_t size) { count(size); }
void ignore_release(const volatile void* /*memory*/) {}

const int hooked = __sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_release);

}  // namespace

#else

namespace {

void* allocate(std::size_t size) noexcept {
  count(size);
  return std::malloc(size > 0 ? size : 1);
}

void* allocate_or_throw(std::size_t size) {
  auto* memory = allocate(size);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

void* allocate_aligned(std::size_t size, std::align_val_t alignment) {
  count(size);
  const auto step = static_cast<std::size_t>(alignment);
  auto* memory = std::aligned_alloc(step, (size + step - 1) / step * step);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size); }
void* operator new[](std::size_t size) { return allocate_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_aligned(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_aligned(size, alignment);
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

#endif

namespace troupe::test {

allocation_counter::allocation_counter()
    : allocations_at_start_(of_this_thread.allocations), bytes_at_start_(of_this_thread.bytes) {}

std::uint64_t allocation_counter::allocations() const {
  return of_this_thread.allocations - allocations_at_start_;
}

std::uint64_t allocation_counter::bytes() const { return of_this_thread.bytes - bytes_at_start_; }

}  // namespace troupe::test
