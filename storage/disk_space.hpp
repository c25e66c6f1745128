#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string>

namespace hotline::storage {

/// Whether the disk below a file has room left, so that files stop before words do. Any thread.
class DiskSpace {
 public:
  /// `file`: any file on that disk, by its path. `reserve_bytes` 0: there is always room.
  DiskSpace(const std::string& file, std::uint64_t reserve_bytes);

  /// True while more than the reserve is free for us. A question to the kernel, answered from memory in about a microsecond. When it
  /// cannot be answered, true: then the write itself says what is wrong.
  bool has_room() const noexcept;
  /// Free for us on that disk; 0 when the kernel does not say.
  std::uint64_t free_bytes() const noexcept;

 private:
  std::string folder_;
  std::uint64_t reserve_bytes_;
};

/// Refused with one line when the disk below `file` has less than `needed` bytes beyond the reserve. `what` it is for: "the backup". Not
/// refused when the kernel cannot be asked.
Outcome<void> require_room(const std::string& file, std::uint64_t needed, std::uint64_t reserve_bytes, const std::string& what);

}  // namespace hotline::storage
