#include "server/sms/signature.hpp"

#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "server/sms/hmac.hpp"

#include <algorithm>

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

Digest compute(const HmacAuth& auth, const SignedRequest& signed_request, std::string_view url, Bytes token, Bytes key) {
  using Kind = MessagePart::Kind;
  Hmac hmac(auth.algorithm, key);
  for (const MessagePart& part : auth.message) {
    switch (part.kind) {
      case Kind::url:
        hmac.update(as_bytes(url));
        if (!signed_request.request.raw_query.empty()) {
          hmac.update(as_bytes("?"));
          hmac.update(as_bytes(signed_request.request.raw_query));
        }
        break;
      case Kind::url_without_query: hmac.update(as_bytes(url)); break;
      case Kind::body: hmac.update(signed_request.body); break;
      case Kind::parameters: {
        bool first = true;
        for (const http::FormField* field : sorted_fields(auth.parameters, signed_request.fields)) {
          if (!first) hmac.update(as_bytes(auth.parameters.between));
          first = false;
          hmac.update(as_bytes(field->name));
          hmac.update(as_bytes(auth.parameters.assign));
          hmac.update(field->value.reveal());
        }
        break;
      }
      case Kind::secret: hmac.update(token); break;
      case Kind::literal: hmac.update(as_bytes(part.text)); break;
      case Kind::value:
        if (const auto value = look_up(part.field, signed_request.request, signed_request.fields)) hmac.update(value->reveal());
        break;
      case Kind::hash: hmac.update(hash(part.algorithm, signed_request.body).view()); break;
    }
  }
  return hmac.finish();
}

/// What was sent as a signature or hash; of length 0, and so equal to none, when it cannot be read.
SecretBuffer decode(const std::optional<SecretBuffer>& text, std::string_view prefix, BinaryText encoding) {
  if (!text || !text->reveal_text().starts_with(prefix)) return {};
  const std::string_view encoded = text->reveal_text().substr(prefix.size());
  Result<ByteVector> bytes = encoding == BinaryText::hex ? crypto::from_hex(encoded)
                                                         : crypto::from_base64(encoded, crypto::Base64::standard);
  return bytes ? SecretBuffer(Bytes(*bytes)) : SecretBuffer();
}

/// Compares all bytes also when the length is wrong.
bool same(const SecretBuffer& given, const Digest& expected) {
  ByteArray<Digest::bytes_max> padded{};
  std::copy_n(given.reveal().begin(), std::min(given.size(), expected.size), padded.begin());
  const bool bytes = crypto::equal_in_constant_time(Bytes(padded).first(expected.size), expected.view());
  return bytes && given.size() == expected.size;
}

bool proves_hmac(const HmacAuth& auth, const SignedRequest& signed_request, Bytes token) {
  SecretBuffer key(token);
  if (auth.key != KeyEncoding::utf8) {
    // The gateway has made sure at start that the token can be decoded.
    auto decoded = auth.key == KeyEncoding::hex ? crypto::from_hex(as_text(token))
                                                : crypto::from_base64(as_text(token), crypto::Base64::standard);
    key = decoded ? SecretBuffer(Bytes(*decoded)) : SecretBuffer();
    if (decoded) crypto::wipe(*decoded);
  }
  const SecretBuffer given =
      decode(look_up(auth.signature, signed_request.request, signed_request.fields), auth.prefix, auth.encoding);

  bool holds = false;
  if (auth.url_with_either_port) {
    for (const std::string& url : {url_without_port(signed_request.public_url), url_with_port(signed_request.public_url)}) {
      if (same(given, compute(auth, signed_request, url, token, key.reveal()))) holds = true;
    }
  } else {
    holds = same(given, compute(auth, signed_request, signed_request.public_url, token, key.reveal()));
  }
  if (auth.body_hash) {
    const BodyHash& rule = *auth.body_hash;
    const SecretBuffer named = decode(look_up(rule.in, signed_request.request, signed_request.fields), "", rule.encoding);
    if (!same(named, hash(rule.algorithm, signed_request.body))) holds = false;
  }
  return holds;
}

bool proves_equal(const EqualFieldAuth& auth, const SignedRequest& signed_request, Bytes token) {
  // Hashes of both are compared, so that neither content nor length shows in the time.
  const auto given = look_up(auth.field, signed_request.request, signed_request.fields);
  const Digest a = hash(HashAlgorithm::sha256, given ? given->reveal() : Bytes());
  const Digest b = hash(HashAlgorithm::sha256, token);
  return crypto::equal_in_constant_time(a.view(), b.view()) && given.has_value();
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

bool applies(const Auth& auth, http::Method method, std::string_view media_type) noexcept {
  const auto contains = [](const auto& list, const auto& value) { return std::find(list.begin(), list.end(), value) != list.end(); };
  return contains(auth.methods, method) && (method == http::Method::get || contains(auth.accept, media_type));
}

bool proves(const Auth& auth, const SignedRequest& request, Bytes token) {
  if (const auto* hmac = std::get_if<HmacAuth>(&auth.check)) return proves_hmac(*hmac, request, token);
  if (const auto* equal = std::get_if<EqualFieldAuth>(&auth.check)) return proves_equal(*equal, request, token);
  return true;
}

std::optional<SecretBuffer> look_up(const FieldRef& ref, const http::Request& request, const Fields& fields) {
  switch (ref.source) {
    case FieldRef::Source::header:
      if (const auto value = request.header(ref.name)) return SecretBuffer(*value);
      return std::nullopt;
    case FieldRef::Source::query: {
      const auto query = parse_form_fields(as_bytes(request.raw_query), request.raw_query.size() + 1);
      const http::FormField* field = query ? http::find_field(*query, ref.name) : nullptr;
      return field == nullptr ? std::nullopt : std::optional(field->value.duplicate());
    }
    case FieldRef::Source::field: break;
  }
  const http::FormField* field = http::find_field(fields, ref.name);
  return field == nullptr ? std::nullopt : std::optional(field->value.duplicate());
}

}  // namespace hotline::sms
