#pragma once

#include "config/bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hotline::calling {

/// All that a call says of what it is for.
enum class Grade { soon, now, test };

/// What somebody is sent. There is no more in it than the grade's fixed words and the console's address: nobody who carries it learns more.
struct CallMessage {
  std::string subject;
  std::string sentence;
  std::string console;       ///< "https://console.example.org"; empty: not told
  Grade grade = Grade::soon;

  std::string text() const { return console.empty() ? sentence : sentence + " " + console; }
};

/// `language`: "es", or anything else for English. ASCII throughout, so that every server and phone shows it as it is.
CallMessage call_message(std::string_view language, Grade grade, std::string_view console);

/// The message as a mail server takes it (RFC 5322), lines ending in CR LF. `now`: seconds since 1970; `unique`: random, for Message-ID.
std::string mail_of(const CallMessage& message, std::string_view from, std::string_view to, std::int64_t now, const ByteArray<16>& unique);

}  // namespace hotline::calling
