#pragma once

#include "server/http/message.hpp"

#include <string>
#include <string_view>

namespace hotline::http {

/// What a listener says about itself in every answer, refusals of the parser included.
struct HeaderProfile {
  std::string content_security_policy =
      "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
  std::string onion_location;  ///< "http://….onion" without a slash at its end: the first page then names it; or empty
  bool passkeys = false;       ///< pages may make and use passkeys (WebAuthn)
  bool hsts = false;           ///< also without TLS of our own: for a listener behind a proxy that has it
};

/// Writes the heads of answers: status line, fixed security headers, the answer's own headers, Content-Length. Neither
/// Server nor Date. Immutable; any thread.
class ResponseHead {
 public:
  ResponseHead(const HeaderProfile& profile, bool tls);

  struct Facts {
    const Request* request = nullptr;
    std::uint64_t body_size = 0;
    bool keep_alive = false;
    bool http10 = false;
  };
  /// Appends the part that changes; fixed() follows it on the wire and ends the head. False when a header of the answer has a
  /// character that cannot stand there; nothing is appended then.
  bool append(crypto::SecretBuffer& out, const Response& response, const Facts& facts) const;
  std::string_view fixed() const noexcept { return fixed_; }

 private:
  std::string fixed_;
  std::string content_security_policy_;
  std::string onion_location_;
};

/// "Not Found" for 404; empty for one that is not in use here.
std::string_view reason_phrase(int status) noexcept;
/// Whether an answer of this status has a body and a Content-Length at all (RFC 9110 section 6.4.1).
bool status_has_body(int status) noexcept;

}  // namespace hotline::http
