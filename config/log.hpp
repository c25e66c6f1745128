#pragma once

#include "config/error.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace hotline {

enum class LogLevel { error, warning, info, debug };

/// The names under which things are logged. Only string literals convert, so that no input can become a name.
class LogName {
 public:
  template <std::size_t N>
  consteval LogName(const char (&text)[N]) : text_(text, N - 1) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// A value that is safe to log: a number, a truth, a literal, or an error's category and number.
/// There is no way to log a string made at run time, so no address, header or word of a person can get in.
class LogValue {
 public:
  template <std::integral T>
  LogValue(T number) : number_(static_cast<std::int64_t>(number)) {}
  LogValue(LogName literal) : literal_(literal.text()), is_number_(false) {}
  template <std::size_t N>
  consteval LogValue(const char (&literal)[N]) : literal_(literal, N - 1), is_number_(false) {}
  LogValue(const boost::system::error_code& error)
      : literal_(error.category().name()), number_(error.value()), is_error_(true) {}

  class Line;
  void append_to(Line& line) const noexcept;

 private:
  std::string_view literal_;
  std::int64_t number_ = 0;
  bool is_number_ = true;
  bool is_error_ = false;
};

struct LogField {
  LogName name;
  LogValue value;
};

/// Writes one line, "level event name=value …", to standard error. Any thread may call it, also where there is no memory to be had: it takes none.
void log_event(LogLevel level, LogName event, std::initializer_list<LogField> fields = {}) noexcept;
void set_log_level(LogLevel level) noexcept;

}  // namespace hotline
