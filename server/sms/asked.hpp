#pragma once

#include <string>

namespace hotline::sms {

/// What the server itself had asked the sender when a text came: told to the desk inside the sealed text, as nothing else knows it.
struct Asked {
  std::string question;    ///< docs/formats.md, "sms": "safe", "child" …; empty: none was open
  std::string language;    ///< in which the sender is asked; empty: not known yet
  std::string code;        ///< by which a sender and the desk know each other, when it was told or is told now; else empty
  bool not_safe = false;   ///< this text or one before says that it is not safe to get texts, and none since that it is
  bool safe_again = false; ///< this text says that it is safe, whether or not one before is remembered that says it is not
};

}  // namespace hotline::sms
