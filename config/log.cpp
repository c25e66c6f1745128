#include "config/log.hpp"

#include <atomic>
#include <unistd.h>

namespace hotline {
namespace {

std::atomic<LogLevel> lowest{LogLevel::info};

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::error: return "error";
    case LogLevel::warning: return "warning";
    case LogLevel::info: return "info";
    case LogLevel::debug: return "debug";
  }
  return "error";
}

}  // namespace

void LogValue::append_to(std::string& line) const {
  if (is_error_) {
    line.append(literal_).append(":").append(std::to_string(number_));
  } else if (is_number_) {
    line.append(std::to_string(number_));
  } else {
    line.append(literal_);
  }
}

void log_event(LogLevel level, LogName event, std::initializer_list<LogField> fields) {
  if (level > lowest.load(std::memory_order_relaxed)) return;
  std::string line;
  line.append(level_name(level)).append(" ").append(event.text());
  for (const LogField& field : fields) {
    line.append(" ").append(field.name.text()).append("=");
    field.value.append_to(line);
  }
  line.append("\n");
  // One write a line keeps lines whole; a log that cannot be written must not stop a report.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

void set_log_level(LogLevel level) noexcept { lowest.store(level, std::memory_order_relaxed); }

}  // namespace hotline
