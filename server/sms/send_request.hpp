#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"
#include "server/sms/descriptor.hpp"
#include "storage/outbox.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::sms {

/// A text on its way to one phone, in wiped memory.
struct OutgoingText {
  std::string id;                      ///< ours, 32 hex digits
  crypto::SecretBuffer to;             ///< E.164 where it is a full number
  crypto::SecretBuffer from;
  crypto::SecretBuffer text;           ///< UTF-8
};

/// What the settings know about us at that gateway. Views must outlive the call.
struct SendAccount {
  std::string_view path;               ///< instead of SendRules::path; empty: that one
  std::string_view account;
  std::string_view secret;
  std::string_view callback;           ///< the gateway's webhook of ours, with path token and password where it needs them
};

/// One HTTP request to a gateway's API.
struct SendRequest {
  std::string method;                  ///< "GET" or "POST"
  std::string target;                  ///< path and query
  std::vector<std::pair<std::string, std::string>> headers;
  crypto::SecretBuffer body;
};

/// What came of handing a text to a gateway.
struct HandedOver {
  enum class Kind {
    accepted,                          ///< it will send it
    refused,                           ///< it never will: see `reason`
    later,                             ///< not taken for now, for sure; to be tried again
    unknown,                           ///< nobody can tell whether it was taken
  };
  Kind kind = Kind::unknown;
  storage::TextReason reason = storage::TextReason::none;
  std::string code;                    ///< the gateway's error code, fit for the case: see storage::TextRow::code
  std::vector<crypto::SecretBuffer> names;   ///< what delivery reports will call it, one for each part that is reported on
  std::optional<int> retry_after_seconds;    ///< what the gateway asks for
};

/// Writes the request. Errc::malformed when a value does not fit its place (a line break in a header). Any thread.
Result<SendRequest> write_send_request(const SendRules& rules, const OutgoingText& text, const SendAccount& account);

/// Understands the answer to such a request. `retry_after`: the header of that name. Any thread.
HandedOver read_send_answer(const SendRules& rules, const OutgoingText& text, int status, Bytes body, std::optional<std::string_view> retry_after);

/// A gateway's code as it may stand in the clear beside a case: letters, digits, . _ -, at most 32. Empty when it is none: a sentence may
/// hold words of the text, and more than six digits in a row a phone number.
std::string safe_code(std::string_view code);

/// The reason that these codes give for a refusal; nothing when it is none of them.
std::optional<storage::TextReason> reason_of(const TextCodes& codes, std::string_view code);

}  // namespace hotline::sms
