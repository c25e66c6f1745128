#include "crypto/large_pages.hpp"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#ifndef HOTLINE_SANITIZED

namespace {

constexpr std::size_t large_page_bytes = std::size_t{2} * 1024 * 1024;
constexpr std::size_t mapping_bytes_min = 2 * large_page_bytes;
thread_local int wanted = 0;

}  // namespace

// The linker sends calls of mmap here (--wrap=mmap in crypto/CMakeLists.txt) and __real_mmap to the C library.
extern "C" void* __real_mmap(void* address, std::size_t bytes, int protection, int flags, int file, off_t offset);
extern "C" void* __wrap_mmap(void* address, std::size_t bytes, int protection, int flags, int file, off_t offset);

extern "C" void* __wrap_mmap(void* address, std::size_t bytes, int protection, int flags, int file, off_t offset) {
  const bool anonymous = (flags & MAP_ANONYMOUS) != 0 && (flags & MAP_FIXED) == 0;
  if (wanted == 0 || !anonymous || bytes < mapping_bytes_min || bytes % 4096 != 0) {
    return __real_mmap(address, bytes, protection, flags, file, offset);
  }
  // A large page begins at a multiple of its size, so a bit more is mapped and what is before and behind is given back. It must not
  // be filled before it is said what with.
  void* const mapped = __real_mmap(address, bytes + large_page_bytes, protection, flags & ~MAP_POPULATE, file, offset);
  if (mapped == MAP_FAILED) return __real_mmap(address, bytes, protection, flags, file, offset);
  const auto begin = reinterpret_cast<std::uintptr_t>(mapped);
  const std::size_t before = (large_page_bytes - begin % large_page_bytes) % large_page_bytes;
  auto* const aligned = static_cast<unsigned char*>(mapped) + before;
  if (before > 0) ::munmap(mapped, before);
  if (before < large_page_bytes) ::munmap(aligned + bytes, large_page_bytes - before);
  ::madvise(aligned, bytes, MADV_HUGEPAGE);
  return aligned;
}

namespace hotline::crypto {

LargePages::LargePages() noexcept { ++wanted; }
LargePages::~LargePages() { --wanted; }

}  // namespace hotline::crypto

#else

namespace hotline::crypto {

LargePages::LargePages() noexcept = default;
LargePages::~LargePages() = default;

}  // namespace hotline::crypto

#endif
