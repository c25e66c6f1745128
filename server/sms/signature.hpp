#pragma once

#include "config/bytes.hpp"
#include "server/http/message.hpp"
#include "server/sms/descriptor.hpp"
#include "server/sms/fields.hpp"

#include <string>
#include <string_view>

namespace hotline::sms {

/// What a signature may be made over.
struct SignedRequest {
  const http::Request& request;       ///< method, raw query and headers; its path and Host are never looked at
  Bytes body;                         ///< as received
  const Fields& fields;               ///< of the body, or of the query for GET
  std::string_view public_url;        ///< as the gateway was told it, without a query
};

/// Whether this alternative is meant for requests of that method and kind of body.
bool applies(const Auth& auth, http::Method method, std::string_view media_type) noexcept;

/// Whether the request proves knowledge of `token` in the way that `auth` tells. The work does not depend on why it fails:
/// an absent or unreadable signature is compared like a wrong one. PathOnlyAuth proves nothing by itself and holds always:
/// the caller demands the path token. Any thread.
bool proves(const Auth& auth, const SignedRequest& request, Bytes token);

/// The value at that place, decoded; nothing when it is absent. Of several the first.
std::optional<crypto::SecretBuffer> look_up(const FieldRef& ref, const http::Request& request, const Fields& fields);

/// The address without its port, and with its port or else the scheme's own: "https://a/b" → "https://a:443/b".
std::string url_without_port(std::string_view url);
std::string url_with_port(std::string_view url);

}  // namespace hotline::sms
