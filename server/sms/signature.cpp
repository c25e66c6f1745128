#include "server/sms/signature.hpp"

#include "crypto/encoding.hpp"
#include "crypto/signing.hpp"
#include "server/http/parameters.hpp"
#include "server/sms/hmac.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace hotline::sms {

namespace {

using crypto::SecretBuffer;

/// Where the port of a URL stands; from and to are equal, behind the host, when it has none.
struct PortPlace {
  std::size_t from = 0;   ///< of the colon
  std::size_t to = 0;
};

PortPlace find_port(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?#", start), url.size());
  const std::string_view authority = url.substr(start, end - start);
  // A colon before '@' belongs to a password, one within brackets to an IPv6 address.
  const std::size_t host = authority.find_last_of("@]") == std::string_view::npos ? 0 : authority.find_last_of("@]") + 1;
  const std::size_t colon = authority.find(':', host);
  return {colon == std::string_view::npos ? end : start + colon, end};
}

bool is_excluded(const ParameterRules& rules, std::string_view name) {
  return std::find(rules.exclude.begin(), rules.exclude.end(), name) != rules.exclude.end();
}

/// The fields to be signed, by name; those of one name next to each other as the rule demands.
std::vector<const http::FormField*> sorted_fields(const ParameterRules& rules, const Fields& fields) {
  using Repeated = ParameterRules::Repeated;
  std::vector<const http::FormField*> sorted;
  sorted.reserve(fields.size());
  for (const http::FormField& field : fields) {
    if (!is_excluded(rules, field.name)) sorted.push_back(&field);
  }
  const bool by_value = rules.repeated == Repeated::sort || rules.repeated == Repeated::set;
  std::sort(sorted.begin(), sorted.end(), [&](const auto* a, const auto* b) {
    if (const int names = a->name.compare(b->name); names != 0) return names < 0;
    return by_value ? a->value.reveal_text() < b->value.reveal_text() : a < b;   // else as received: they lie in one vector
  });
  const auto last_of_name = [&](auto from) {
    return std::find_if(from, sorted.end(), [&](const auto* other) { return other->name != (*from)->name; });
  };
  std::vector<const http::FormField*> chosen;
  chosen.reserve(sorted.size());
  for (auto from = sorted.begin(); from != sorted.end();) {
    const auto to = last_of_name(from);
    switch (rules.repeated) {
      case Repeated::sort: chosen.insert(chosen.end(), from, to); break;
      case Repeated::set:
        std::unique_copy(from, to, std::back_inserter(chosen),
                         [](const auto* a, const auto* b) { return a->value.reveal_text() == b->value.reveal_text(); });
        break;
      case Repeated::first: chosen.push_back(*from); break;
      case Repeated::replace: chosen.push_back(*(to - 1)); break;
    }
    from = to;
  }
  return chosen;
}

void append_fields(SecretBuffer& text, const ParameterRules& rules, const Fields& fields) {
  bool first = true;
  for (const http::FormField* field : sorted_fields(rules, fields)) {
    if (!first) text.append(rules.between);
    first = false;
    text.append(field->name);
    text.append(rules.assign);
    if (rules.masked.empty()) {
      text.append(field->value.reveal());
    } else {
      for (const char c : field->value.reveal_text()) text.push_back(static_cast<Byte>(rules.masked.find(c) != std::string::npos ? '_' : c));
    }
  }
}

void append_query(SecretBuffer& text, const http::Request& request) {
  if (request.raw_query.empty()) return;
  text.append("?");
  text.append(request.raw_query);
}

/// What was sent as a signature or hash; of length 0, and so equal to none, when it cannot be read.
SecretBuffer decode_binary(std::string_view text, std::string_view prefix, BinaryText encoding) {
  if (!text.starts_with(prefix)) return {};
  const std::string_view encoded = text.substr(prefix.size());
  Result<ByteVector> bytes = encoding == BinaryText::hex ? crypto::from_hex(encoded)
                                                         : crypto::from_base64(encoded, crypto::Base64::standard);
  return bytes ? SecretBuffer(Bytes(*bytes)) : SecretBuffer();
}

constexpr std::size_t signatures_max = 8;

/// All signatures that were sent, at least one, which may be of length 0.
std::vector<SecretBuffer> given_signatures(const SignatureAuth& auth, const SignedRequest& signed_request) {
  const auto sent = look_up(auth.signature, signed_request);
  std::string_view rest = sent ? sent->reveal_text() : std::string_view();
  std::vector<SecretBuffer> given;
  for (bool more = true; more && given.size() < signatures_max;) {
    const std::size_t end = auth.between.empty() ? std::string_view::npos : rest.find(auth.between);
    given.push_back(decode_binary(rest.substr(0, end), auth.prefix, auth.encoding));
    more = end != std::string_view::npos;
    if (more) rest.remove_prefix(end + auth.between.size());
  }
  return given;
}

/// Compares all bytes also when the length is wrong.
bool same(const SecretBuffer& given, const Digest& expected) {
  ByteArray<Digest::bytes_max> padded{};
  std::copy_n(given.reveal().begin(), std::min(given.size(), expected.size), padded.begin());
  const bool bytes = crypto::equal_in_constant_time(Bytes(padded).first(expected.size), expected.view());
  return bytes && given.size() == expected.size;
}

bool verifies(const SecretBuffer& given, Bytes key, Bytes text) {
  crypto::PublicSigningKey public_key{};
  crypto::Signature signature{};
  const bool sizes = key.size() == public_key.size() && given.size() == signature.size();
  std::copy_n(key.begin(), std::min(key.size(), public_key.size()), public_key.begin());
  std::copy_n(given.reveal().begin(), std::min(given.size(), signature.size()), signature.begin());
  return crypto::verify(public_key, text, signature).has_value() && sizes;
}

/// Whether one of `given` is over the message with that address.
bool one_holds(const SignatureAuth& auth, const SignedRequest& signed_request, std::string_view url, Bytes token, Bytes key,
               const std::vector<SecretBuffer>& given) {
  using Scheme = SignatureAuth::Scheme;
  const SecretBuffer text = signed_text(auth, signed_request, url, token);
  Digest expected;
  if (auth.scheme == Scheme::hash) expected = hash(auth.algorithm, text.reveal());
  if (auth.scheme == Scheme::hmac) {
    Hmac hmac(auth.algorithm, key);
    hmac.update(text.reveal());
    expected = hmac.finish();
  }
  bool holds = false;
  for (const SecretBuffer& one : given) {
    if (auth.scheme == Scheme::ed25519 ? verifies(one, key, text.reveal()) : same(one, expected)) holds = true;
  }
  return holds;
}

/// Nothing when it is not written as it must be: digits could else be moved between the time and what is signed next to it.
std::optional<std::int64_t> sent_at(const Freshness& fresh, const SignedRequest& signed_request) {
  const auto sent = look_up(fresh.at, signed_request);
  const std::string_view digits = sent ? sent->reveal_text() : std::string_view();
  const bool only_digits = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits.size() != (fresh.milliseconds ? 13U : 10U) || !only_digits) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return fresh.milliseconds ? value / 1000 : value;
}

bool uses_fields(const SignatureAuth& auth) {
  return std::any_of(auth.message.begin(), auth.message.end(), [](const MessagePart& part) {
    return part.kind == MessagePart::Kind::parameters ||
           (part.kind == MessagePart::Kind::value && part.field.source == FieldRef::Source::field);
  });
}

Proof proves_signature(const SignatureAuth& auth, const SignedRequest& signed_request, Bytes token) {
  // The gateway has made sure at start that the token can be a key.
  const auto decoded = key_of(auth, token);
  const Bytes key = decoded ? decoded->reveal() : Bytes();
  const std::vector<SecretBuffer> given = given_signatures(auth, signed_request);

  Proof proof;
  if (auth.url_with_either_port) {
    for (const std::string& url : {url_without_port(signed_request.public_url), url_with_port(signed_request.public_url)}) {
      if (one_holds(auth, signed_request, url, token, key, given)) proof.holds = true;
    }
  } else {
    proof.holds = one_holds(auth, signed_request, signed_request.public_url, token, key, given);
  }
  if (auth.body_hash) {
    const BodyHash& rule = *auth.body_hash;
    const auto sent = look_up(rule.in, signed_request);
    const SecretBuffer named = decode_binary(sent ? sent->reveal_text() : std::string_view(), "", rule.encoding);
    if (!same(named, hash(rule.algorithm, signed_request.body))) proof.holds = false;
  }
  // A signature over no fields says nothing of fields that could not be read.
  if (!decoded || (!signed_request.fields_read && uses_fields(auth))) proof.holds = false;
  if (auth.fresh) {
    const auto at = sent_at(*auth.fresh, signed_request);
    if (!at) proof.holds = false;
    proof.late = at && std::abs(signed_request.now_seconds - *at) > auth.fresh->seconds_max;
  }
  return proof;
}

/// Hashes of both are compared, so that neither content nor length shows in the time.
bool equal_secrets(const std::optional<SecretBuffer>& given, Bytes token) {
  const Digest a = hash(HashAlgorithm::sha256, given ? given->reveal() : Bytes());
  const Digest b = hash(HashAlgorithm::sha256, token);
  return crypto::equal_in_constant_time(a.view(), b.view()) && given.has_value() && !token.empty();
}

std::optional<SecretBuffer> basic_credentials(const http::Request& request) {
  constexpr std::string_view scheme = "basic ";
  const auto header = request.header("authorization");
  if (!header || header->size() < scheme.size() || !http::equal_ignoring_case(header->substr(0, scheme.size()), scheme)) return std::nullopt;
  auto decoded = crypto::secret_from_base64(http::trim(header->substr(scheme.size())), crypto::Base64::standard);
  if (!decoded) return std::nullopt;
  return std::move(*decoded);
}

Proof proves_jwt(const JwtAuth& auth, const SignedRequest& signed_request, Bytes token) {
  const auto sent = look_up(auth.in, signed_request);
  if (!sent || !sent->reveal_text().starts_with(auth.prefix)) return {};
  SecretBuffer url(signed_request.public_url);
  append_query(url, signed_request.request);
  return check_jwt(auth, sent->reveal_text().substr(auth.prefix.size()), token, url.reveal_text(), signed_request.body, signed_request.now_seconds);
}

}  // namespace

std::string url_without_port(std::string_view url) {
  const PortPlace port = find_port(url);
  return std::string(url.substr(0, port.from)).append(url.substr(port.to));
}

std::string url_with_port(std::string_view url) {
  const PortPlace port = find_port(url);
  if (port.from != port.to) return std::string(url);
  return std::string(url.substr(0, port.from)).append(url.starts_with("https:") ? ":443" : ":80").append(url.substr(port.to));
}

SecretBuffer signed_text(const SignatureAuth& auth, const SignedRequest& signed_request, std::string_view url, Bytes token) {
  using Kind = MessagePart::Kind;
  SecretBuffer text;
  text.reserve(signed_request.body.size() + signed_request.request.raw_query.size() + 512);
  for (const MessagePart& part : auth.message) {
    switch (part.kind) {
      case Kind::url:
        text.append(url);
        append_query(text, signed_request.request);
        break;
      case Kind::url_without_query: text.append(url); break;
      case Kind::body: text.append(signed_request.body); break;
      case Kind::parameters: append_fields(text, auth.parameters, signed_request.fields); break;
      case Kind::query_parameters: {
        const std::string& query = signed_request.request.raw_query;
        const auto fields = parse_form_fields(as_bytes(query), query.size() + 1);
        if (fields) append_fields(text, {.repeated = ParameterRules::Repeated::sort, .assign = "=", .between = "&", .exclude = {}, .masked = {}}, *fields);
        break;
      }
      case Kind::secret: text.append(token); break;
      case Kind::literal: text.append(part.text); break;
      case Kind::value:
        if (const auto value = look_up(part.field, signed_request)) text.append(value->reveal());
        break;
      case Kind::hash: text.append(hash(part.algorithm, signed_request.body).view()); break;
    }
  }
  return text;
}

bool applies(const Auth& auth, http::Method method, std::string_view media_type) noexcept {
  const auto contains = [](const auto& list, const auto& value) { return std::find(list.begin(), list.end(), value) != list.end(); };
  return contains(auth.methods, method) && (method == http::Method::get || contains(auth.accept, media_type));
}

Result<SecretBuffer> key_of(const SignatureAuth& auth, Bytes token) {
  std::string_view text = as_text(token);
  if (text.starts_with(auth.key_prefix)) text.remove_prefix(auth.key_prefix.size());
  switch (auth.key) {
    case KeyEncoding::utf8: return SecretBuffer(text);
    case KeyEncoding::base64: return crypto::secret_from_base64(text, crypto::Base64::standard);
    case KeyEncoding::hex: break;
  }
  auto bytes = crypto::from_hex(text);
  if (!bytes) return bytes.error();
  SecretBuffer key{Bytes(*bytes)};
  crypto::wipe(*bytes);
  return key;
}

Proof proves(const Auth& auth, const SignedRequest& request, Bytes token) {
  if (const auto* signature = std::get_if<SignatureAuth>(&auth.check)) return proves_signature(*signature, request, token);
  if (const auto* jwt = std::get_if<JwtAuth>(&auth.check)) return proves_jwt(*jwt, request, token);
  if (std::holds_alternative<BasicAuth>(auth.check)) return {equal_secrets(basic_credentials(request.request), token), false};
  if (const auto* equal = std::get_if<EqualFieldAuth>(&auth.check)) return {equal_secrets(look_up(equal->field, request), token), false};
  return {true, false};
}

std::optional<SecretBuffer> look_up(const FieldRef& ref, const SignedRequest& request) {
  switch (ref.source) {
    case FieldRef::Source::header:
      if (const auto value = request.request.header(ref.name)) return SecretBuffer(*value);
      return std::nullopt;
    case FieldRef::Source::query: {
      const std::string& raw = request.request.raw_query;
      const auto query = parse_form_fields(as_bytes(raw), raw.size() + 1);
      const http::FormField* field = query ? http::find_field(*query, ref.name) : nullptr;
      return field == nullptr ? std::nullopt : std::optional(field->value.duplicate());
    }
    case FieldRef::Source::body: return SecretBuffer(request.body);
    case FieldRef::Source::field: break;
  }
  const http::FormField* field = http::find_field(request.fields, ref.name);
  return field == nullptr ? std::nullopt : std::optional(field->value.duplicate());
}

}  // namespace hotline::sms
