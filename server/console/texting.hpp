#pragma once

#include "config/ids.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"
#include "storage/outbox.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hotline::console {

/// A text that a member wants to reach a reporter. Number and words are in wiped memory and go no further than the outbox.
struct TextOrder {
  TextId id;
  CaseId case_id;
  MemberId author;
  std::string gateway;
  crypto::SecretBuffer to;
  crypto::SecretBuffer from;        ///< the number that the reporter wrote to; may be empty
  crypto::SecretBuffer text;        ///< UTF-8
  bool at_any_hour = false;         ///< leaves also outside the gateway's hours
};

/// A gateway by which texts can leave.
struct TextGateway {
  std::string name;
  unsigned hours_begin = 0;         ///< local minutes since midnight
  unsigned hours_end = 0;           ///< equal to hours_begin: at any time
  std::string time_zone;
};

/// The way out for texts, where this process has one. Any thread; awaited on any io_context.
class Texting {
 public:
  virtual ~Texting() = default;
  virtual std::vector<TextGateway> gateways() const = 0;
  /// Committed to the outbox: it waits, and leaves by itself. Errc::not_found: no such gateway, or it cannot send, or no such case.
  /// Errc::forbidden: that number asked for no more texts. Errc::too_large: longer than ten texts. Errc::malformed: no number, or no
  /// text. Errc::busy: too many wait.
  virtual http::Awaitable<Result<void>> order(TextOrder order) = 0;
  /// Takes a waiting text back. Errc::not_found: it waits no more.
  virtual http::Awaitable<Result<void>> cancel(TextId id) = 0;
};

}  // namespace hotline::console
