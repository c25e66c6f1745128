#pragma once

#include "config/settings_section.hpp"

#include <string>
#include <string_view>

namespace hotline::settings_detail {

/// The text of a settings file as plain ASCII, line by line the same: characters of other scripts in double quotes become
/// \u escapes, comments go. toml++ 3.3 runs into undefined behaviour on some of them where they do not belong, so it meets none.
/// Wiped when it ends: it may hold tokens.
class PlainText {
 public:
  /// Complains about what cannot be written so: other characters outside of double quotes, triple quotes, wrong UTF-8.
  PlainText(std::string_view text, Complaints& complaints);
  PlainText(const PlainText&) = delete;
  PlainText& operator=(const PlainText&) = delete;
  ~PlainText();

  std::string_view view() const { return plain_; }

 private:
  std::string plain_;
};

}  // namespace hotline::settings_detail
