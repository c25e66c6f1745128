#pragma once

#include <cstdint>
#include <sys/types.h>

namespace hotline::bench {

/// What the kernel says about another process (/proc/PID); zeros when it does not say.
class ProcessMeter {
 public:
  explicit ProcessMeter(pid_t process) noexcept : process_(process) {}

  std::uint64_t resident_kib() const;        ///< VmRSS: what is in memory now
  double processor_seconds() const;          ///< user and system time of all threads since it began
  std::uint64_t written_bytes() const;       ///< what it caused to be sent to the disk since it began

 private:
  std::uint64_t field(const char* file, const char* name) const;
  pid_t process_;
};

}  // namespace hotline::bench
