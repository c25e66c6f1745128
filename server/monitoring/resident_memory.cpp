#include "server/monitoring/resident_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace hotline::monitoring {

ResidentMemory::ResidentMemory() noexcept : file_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}
ResidentMemory::~ResidentMemory() {
  if (file_ >= 0) ::close(file_);
}

std::uint64_t ResidentMemory::bytes() const noexcept {
  // proc(5): "size resident shared …", in pages.
  std::array<char, 128> text{};
  const ssize_t size = file_ < 0 ? -1 : ::pread(file_, text.data(), text.size(), 0);
  if (size <= 0) return 0;
  const std::string_view line(text.data(), static_cast<std::size_t>(size));
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return 0;
  std::uint64_t pages = 0;
  std::from_chars(line.data() + space + 1, line.data() + line.size(), pages);
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace hotline::monitoring
