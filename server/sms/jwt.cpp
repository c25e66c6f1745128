#include "server/sms/jwt.hpp"

#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "server/http/form.hpp"
#include "server/sms/fields.hpp"
#include "server/sms/hmac.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace hotline::sms {

namespace {

constexpr std::size_t claims_max = 64;

struct Parts {
  std::string_view header, claims, signature, signed_text;
};

std::optional<Parts> split(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1), token.substr(0, second)};
}

std::optional<Fields> read_object(std::string_view encoded) {
  const auto json = crypto::from_base64(encoded, crypto::Base64::url_unpadded);
  if (!json) return std::nullopt;
  auto fields = parse_json_fields(*json, claims_max);
  if (!fields) return std::nullopt;
  return std::move(*fields);
}

/// The one value of that name; nothing when it is absent or there are several.
std::optional<std::string_view> one_of_name(const Fields& fields, std::string_view name) {
  const auto is_it = [&](const http::FormField& field) { return field.name == name; };
  if (std::count_if(fields.begin(), fields.end(), is_it) != 1) return std::nullopt;
  return std::find_if(fields.begin(), fields.end(), is_it)->value.reveal_text();
}

std::optional<std::string_view> algorithm_name(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return "HS256";
    case HashAlgorithm::sha384: return "HS384";
    case HashAlgorithm::sha512: return "HS512";
    case HashAlgorithm::md5:
    case HashAlgorithm::sha1: break;
  }
  return std::nullopt;
}

bool signature_holds(const JwtAuth& auth, const Parts& parts, const Fields& header, Bytes key) {
  const auto named = one_of_name(header, "alg");
  const auto given = crypto::from_base64(parts.signature, crypto::Base64::url_unpadded);
  // Extensions that must be understood (RFC 7515, section 4.1.11) are not.
  const bool critical = std::any_of(header.begin(), header.end(), [](const auto& field) { return field.name.starts_with("crit"); });
  if (!named || !given || critical) return false;
  return std::any_of(auth.algorithms.begin(), auth.algorithms.end(), [&](HashAlgorithm algorithm) {
    if (algorithm_name(algorithm) != named) return false;
    Hmac hmac(algorithm, key);
    hmac.update(as_bytes(parts.signed_text));
    return crypto::equal_in_constant_time(hmac.finish().view(), *given);
  });
}

bool is_hash_of(std::optional<std::string_view> hex, Bytes content) {
  const auto given = hex ? crypto::from_hex(*hex) : Result<ByteVector>(Errc::malformed);
  return given && crypto::equal_in_constant_time(*given, hash(HashAlgorithm::sha256, content).view());
}

/// NumericDate of RFC 7519, which may have a fraction. Nothing when absent; `sound` becomes false when it is none.
std::optional<std::int64_t> time_claim(const Fields& claims, std::string_view name, bool& sound) {
  const http::FormField* field = http::find_field(claims, name);
  if (field == nullptr) return std::nullopt;
  const std::string_view text = field->value.reveal_text();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(value) < 1e15)) {
    sound = false;
    return std::nullopt;
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace

Proof check_jwt(const JwtAuth& auth, std::string_view token, Bytes key, std::string_view url, Bytes body, std::int64_t now_seconds) {
  const auto parts = split(token);
  if (!parts) return {};
  const auto header = read_object(parts->header);
  const auto claims = read_object(parts->claims);
  if (!header || !claims || !signature_holds(auth, *parts, *header, key)) return {};

  if (!auth.issuer.empty() && one_of_name(*claims, "iss") != auth.issuer) return {};
  if (auth.audience_is_url) {
    const auto is_url = [&](const http::FormField& field) {
      return (field.name == "aud" || field.name.starts_with("aud.")) && field.value.reveal_text() == url;
    };
    if (std::none_of(claims->begin(), claims->end(), is_url)) return {};
  }
  if (!auth.body_claim.empty() && !is_hash_of(one_of_name(*claims, auth.body_claim), body)) return {};
  if (!auth.url_claim.empty() && !is_hash_of(one_of_name(*claims, auth.url_claim), as_bytes(url))) return {};

  bool sound = true;
  const auto issued = time_claim(*claims, "iat", sound);
  const auto not_before = time_claim(*claims, "nbf", sound);
  const auto expires = time_claim(*claims, "exp", sound);
  // Without any time a token that was caught once would be good for ever.
  if (!sound || (!issued && !expires)) return {};
  const bool late = (issued && std::abs(now_seconds - *issued) > auth.seconds_max) || (expires && now_seconds > *expires + auth.seconds_max) ||
                    (not_before && now_seconds < *not_before - auth.seconds_max);
  if (late && auth.body_claim.empty()) return {};
  return {true, late};
}

}  // namespace hotline::sms
