#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace hotline::console {

enum class SecondFactorRule {
  required,     ///< who has none can do nothing but add one, unless the desk is for trying out
  optional,     ///< who has one is asked for it
  off,          ///< nobody is asked: whoever holds the database and its key could switch it off anyway
};

/// How members reach the console and what they must show.
struct Access {
  SecondFactorRule second_factor = SecondFactorRule::required;
  std::string origin;                               ///< "https://host[:port]"; empty: http://localhost at any port
  std::chrono::milliseconds wrong_answer_delay{500};///< the first one; server/console/wrong_answers.hpp

  /// What passkeys are bound to (WebAuthn "RP ID"): the origin's host.
  std::string rp_id() const {
    if (origin.empty()) return "localhost";
    const std::string authority = origin.substr(origin.find("://") + 3);
    return authority.substr(0, authority.find(':'));
  }
  bool is_origin(std::string_view claimed) const {
    if (!origin.empty()) return claimed == origin;
    constexpr std::string_view local = "http://localhost";
    if (!claimed.starts_with(local)) return false;
    const std::string_view port = claimed.substr(local.size());
    return port.empty() || (port.size() >= 2 && port.size() <= 6 && port.front() == ':' && port.find_first_not_of("0123456789", 1) == std::string_view::npos);
  }
};

}  // namespace hotline::console
