#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace hotline::http {

/// Looks at the raw bytes of a header as they come, before any parser interprets them: lines end in CR LF and nothing else,
/// no line is folded, no control character, no empty line in front. So what is refused here is refused at once, also when
/// the sender would never have sent a proper end. Pure; one header a scan.
class HeaderScan {
 public:
  enum class State { need_more, complete, malformed };
  /// `received` is all bytes so far; what was looked at before is not looked at again.
  State feed(std::string_view received) noexcept;
  /// When complete: the header's size with its empty line.
  std::size_t size() const noexcept { return position_; }

 private:
  State state_ = State::need_more;
  std::size_t position_ = 0;
  std::size_t line_size_ = 0;
  bool first_line_ = true;
  bool after_cr_ = false;
};

/// A request's header as parsed. Header names are in lower case.
struct RequestFacts {
  std::string_view method;
  std::string_view target;
  int version = 11;  ///< 10 or 11
  std::span<const std::pair<std::string, std::string>> headers;
};

struct Framing {
  int refused = 0;  ///< the status to answer with, or 0
  bool keep_alive = false;
  bool chunked = false;
  bool expects_continue = false;
  std::optional<std::uint64_t> content_length;

  bool has_body() const noexcept { return chunked || content_length.value_or(0) > 0; }
};

/// The rules on which two programs must not disagree (RFC 9112 sections 3.2, 6 and 11), checked behind the parser: one
/// valid Host; Content-Length once, digits only, never beside Transfer-Encoding; Transfer-Encoding exactly "chunked", once,
/// HTTP/1.1 only; origin form only; no upgrade, no expectation but 100-continue; one Content-Type. Pure.
Framing check_request(const RequestFacts& facts);

/// uri-host [":" port] of ASCII host names and addresses (RFC 9110 section 7.2).
bool valid_host(std::string_view host) noexcept;

}  // namespace hotline::http
