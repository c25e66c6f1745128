#pragma once

#include <cstdint>

namespace hotline::monitoring {

/// How much memory this process has. Opens its file of the kernel once, so that it works on when no file can be opened any more.
class ResidentMemory {
 public:
  ResidentMemory() noexcept;
  ~ResidentMemory();
  ResidentMemory(const ResidentMemory&) = delete;
  ResidentMemory& operator=(const ResidentMemory&) = delete;

  /// 0 when the kernel does not say. Any thread.
  std::uint64_t bytes() const noexcept;

 private:
  int file_;
};

}  // namespace hotline::monitoring
