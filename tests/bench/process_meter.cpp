#include "tests/bench/process_meter.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace hotline::bench {

std::uint64_t ProcessMeter::field(const char* file, const char* name) const {
  std::ifstream lines("/proc/" + std::to_string(process_) + "/" + file);
  for (std::string word; lines >> word;) {
    std::uint64_t value = 0;
    if (word == name && lines >> value) return value;
  }
  return 0;
}

std::uint64_t ProcessMeter::resident_kib() const { return field("status", "VmRSS:"); }
std::uint64_t ProcessMeter::written_bytes() const { return field("io", "write_bytes:"); }

double ProcessMeter::processor_seconds() const {
  std::ifstream file("/proc/" + std::to_string(process_) + "/stat");
  std::string text;
  std::getline(file, text);
  // The second field is the program's name in brackets, which may hold anything; user and system time are the 14th and 15th.
  const auto end = text.rfind(')');
  if (end == std::string::npos) return 0;
  std::istringstream rest(text.substr(end + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) rest >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  rest >> user >> system;
  return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace hotline::bench
