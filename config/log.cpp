#include "config/log.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
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

/// A line under way. What does not fit is cut off; every line of ours does.
class LogValue::Line {
 public:
  Line& add(std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), room_ - size_);
    std::copy_n(text.data(), size, text_.data() + size_);
    size_ += size;
    return *this;
  }
  Line& add(std::int64_t number) noexcept {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return add(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }
  std::string_view ended() noexcept {
    text_[size_] = '\n';
    return {text_.data(), size_ + 1};
  }

 private:
  std::array<char, 1024> text_;
  static constexpr std::size_t room_ = 1023;
  std::size_t size_ = 0;
};

void LogValue::append_to(Line& line) const noexcept {
  if (is_error_) {
    line.add(literal_).add(":").add(number_);
  } else if (is_number_) {
    line.add(number_);
  } else {
    line.add(literal_);
  }
}

void log_event(LogLevel level, LogName event, std::initializer_list<LogField> fields) noexcept {
  if (level > lowest.load(std::memory_order_relaxed)) return;
  LogValue::Line line;
  line.add(level_name(level)).add(" ").add(event.text());
  for (const LogField& field : fields) {
    line.add(" ").add(field.name.text()).add("=");
    field.value.append_to(line);
  }
  const std::string_view text = line.ended();
  // One write a line keeps lines whole; a log that cannot be written must not stop a report.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

void set_log_level(LogLevel level) noexcept { lowest.store(level, std::memory_order_relaxed); }

}  // namespace hotline
