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

void* allocate(std::size_t size) noexcept {
  ++of_this_thread.allocations;
  of_this_thread.bytes += size;
  return std::malloc(size > 0 ? size : 1);
}

void* allocate_or_throw(std::size_t size) {
  auto* memory = allocate(size);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

void* allocate_aligned(std::size_t size, std::align_val_t alignment) {
  ++of_this_thread.allocations;
  of_this_thread.bytes += size;
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

namespace troupe::test {

allocation_counter::allocation_counter()
    : allocations_at_start_(of_this_thread.allocations), bytes_at_start_(of_this_thread.bytes) {}

std::uint64_t allocation_counter::allocations() const {
  return of_this_thread.allocations - allocations_at_start_;
}

std::uint64_t allocation_counter::bytes() const { return of_this_thread.bytes - bytes_at_start_; }

}  // namespace troupe::test
