#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"
#include "server/sms/descriptor.hpp"
#include "server/sms/fields.hpp"
#include "server/sms/jwt.hpp"
#include "server/sms/number.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::sms {

/// What a signature may be made over.
struct SignedRequest {
  const http::Request& request;       ///< method, raw query and headers; its path and Host are never looked at
  Bytes body;                         ///< as received
  const Fields& fields;               ///< of the body, or of the query for GET
  std::string_view public_url;        ///< as the gateway was told it, without a query
  std::int64_t now_seconds = 0;       ///< since 1970
  bool fields_read = true;            ///< whether the body, or the query for GET, could be read; if not, `fields` are none
  std::string_view region = home_region;   ///< whose national numbers are meant
};

/// Whether this alternative is meant for requests of that method and kind of body.
bool applies(const Auth& auth, http::Method method, std::string_view media_type) noexcept;

/// Whether the request proves knowledge of `token` in the way that `auth` tells. The work does not depend on why it fails:
/// an absent or unreadable signature is compared like a wrong one. PathOnlyAuth proves nothing by itself and holds always:
/// the caller demands the path token. Any thread.
Proof proves(const Auth& auth, const SignedRequest& request, Bytes token);

/// The text that a signature is made over, with `url` for the public address. The token may be part of it.
crypto::SecretBuffer signed_text(const SignatureAuth& auth, const SignedRequest& request, std::string_view url, Bytes token);

/// What `token` means as a key; Errc::malformed when it cannot be that.
Result<crypto::SecretBuffer> key_of(const SignatureAuth& auth, Bytes token);

/// The value at that place, decoded; nothing when it is absent. Of several the first.
std::optional<crypto::SecretBuffer> look_up(const FieldRef& ref, const SignedRequest& request);

/// The address without its port, and with its port or else the scheme's own: "https://a/b" → "https://a:443/b".
std::string url_without_port(std::string_view url);
std::string url_with_port(std::string_view url);

}  // namespace hotline::sms
