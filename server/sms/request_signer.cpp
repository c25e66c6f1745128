#include "server/sms/request_signer.hpp"

#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "server/http/parameters.hpp"
#include "server/http/query.hpp"
#include "server/sms/hmac.hpp"
#include "server/sms/signature.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace hotline::sms {

namespace {

namespace json = boost::json;
using crypto::SecretBuffer;

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view json_type = "application/json";
constexpr std::size_t list_places_max = 32;
// Kept for fiction by the North American plan: nobody answers there.
constexpr std::string_view check_from = "+12025550143";
constexpr std::string_view check_to = "+12025550144";

std::string random_hex() {
  ByteArray<16> bytes{};
  crypto::random_bytes(bytes);
  return crypto::to_hex(bytes);
}

std::string encoded(Bytes bytes, BinaryText how) {
  return how == BinaryText::hex ? crypto::to_hex(bytes) : crypto::to_base64(bytes, crypto::Base64::standard);
}

/// The name of the first message of a batch.
std::string first_of_each(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '*', '0');
  return out;
}

std::optional<std::size_t> list_place(std::string_view segment) {
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), place);
  if (error != std::errc() || end != segment.data() + segment.size() || place >= list_places_max) return std::nullopt;
  return place;
}

/// False when something else stands there already.
bool put(json::value& at, std::string_view path, std::string_view text) {
  const std::size_t point = path.find('.');
  const std::string_view segment = path.substr(0, point);
  json::value* next = nullptr;
  if (const auto place = list_place(segment)) {
    if (at.is_null()) at.emplace_array();
    if (!at.is_array()) return false;
    json::array& list = at.as_array();
    if (list.size() <= *place) list.resize(*place + 1);
    next = &list[*place];
  } else {
    if (at.is_null()) at.emplace_object();
    if (!at.is_object()) return false;
    next = &at.as_object()[segment];
  }
  if (point != std::string_view::npos) return put(*next, path.substr(point + 1), text);
  if (!next->is_null()) return false;
  *next = text;
  return true;
}

/// Plain ASCII as the rule reads it.
std::string packed(const TextRule& rule, std::string_view text) {
  std::string out(text);
  if (rule.charset == Charset::utf16be) {
    out.clear();
    for (const char c : text) out.append(1, '\0').push_back(c);
  }
  for (auto how = rule.unpack.rbegin(); how != rule.unpack.rend(); ++how) {
    switch (*how) {
      case Unpack::percent: out = http::percent_encode(out); break;
      case Unpack::hex: out = crypto::to_hex(as_bytes(out)); break;
      case Unpack::base64: out = crypto::to_base64(as_bytes(out), crypto::Base64::standard); break;
    }
  }
  return out;
}

/// One way to send it: a method and a kind of body that an [[auth]] is for.
class Writer {
 public:
  Writer(const Descriptor& descriptor, const SmsSettings& settings, const Auth& auth, std::int64_t now_seconds)
      : descriptor_(descriptor), auth_(auth), token_(as_bytes(settings.token.reveal())), now_(now_seconds), url_(settings.public_url) {
    if (!settings.path_token.empty()) url_.append("/").append(settings.path_token.reveal());
    const bool post = std::find(auth.methods.begin(), auth.methods.end(), http::Method::post) != auth.methods.end() && !auth.accept.empty();
    request_.method = post ? http::Method::post : http::Method::get;
    if (post) {
      media_type_ = auth.accept.front();
      request_.headers.emplace_back("content-type", media_type_);
    }
  }

  std::optional<GatewayRequest> write(std::string_view id) {
    if (!write_contents(id)) return std::nullopt;
    GatewayRequest out;
    if (const auto* signature = std::get_if<SignatureAuth>(&auth_.check)) {
      if (!prepare(*signature)) return std::nullopt;
      out.is_signed = signature->scheme != SignatureAuth::Scheme::ed25519;
      out.covers_url = out.is_signed && uses_url(*signature);
      if (out.is_signed && !sign(*signature)) return std::nullopt;
    } else if (const auto* jwt = std::get_if<JwtAuth>(&auth_.check)) {
      out.covers_url = jwt->audience_is_url || !jwt->url_claim.empty();
      if (!put(jwt->in, jwt->prefix + token_for(*jwt))) return std::nullopt;
    } else if (std::holds_alternative<BasicAuth>(auth_.check)) {
      request_.headers.emplace_back("authorization", "Basic " + crypto::to_base64(token_, crypto::Base64::standard));
    } else if (const auto* equal = std::get_if<EqualFieldAuth>(&auth_.check)) {
      if (!put(equal->field, as_text(token_))) return std::nullopt;
    }
    build();
    out.method = request_.method;
    out.raw_query = request_.raw_query;
    out.headers = std::move(request_.headers);
    out.body = std::move(body_);
    return out;
  }

 private:
  static bool uses_url(const SignatureAuth& signature) {
    return std::any_of(signature.message.begin(), signature.message.end(), [](const MessagePart& part) {
      return part.kind == MessagePart::Kind::url || part.kind == MessagePart::Kind::url_without_query;
    });
  }

  bool is_set(const FieldRef& ref) {
    build();
    return look_up({ref.source, first_of_each(ref.name)}, as_signed()).has_value();
  }

  bool put(const FieldRef& ref, std::string_view value) {
    const std::string name = first_of_each(ref.name);
    switch (ref.source) {
      case FieldRef::Source::header: request_.headers.emplace_back(name, value); return true;
      case FieldRef::Source::query: query_.emplace_back(name, value); return true;
      case FieldRef::Source::body:
        plain_body_ = value;
        return request_.method == http::Method::post && media_type_ != form_type && media_type_ != json_type;
      case FieldRef::Source::field: break;
    }
    if (media_type_ == json_type) return sms::put(document_, name, value);
    fields_.emplace_back(name, value);
    return request_.method == http::Method::get || media_type_ == form_type;
  }

  /// As it stands so far.
  void build() {
    const auto join = [](const auto& pairs, std::string& text) {
      for (const auto& [name, value] : pairs) {
        text.append(text.empty() ? "" : "&").append(http::percent_encode(name)).append("=").append(http::percent_encode(value));
      }
    };
    request_.raw_query.clear();
    join(query_, request_.raw_query);
    std::string text = plain_body_;
    if (media_type_ == json_type) text = json::serialize(document_);
    if (media_type_ == form_type) join(fields_, text);
    if (request_.method == http::Method::get) join(fields_, request_.raw_query);
    body_ = SecretBuffer(std::string_view(text));
    crypto::wipe(MutableBytes(reinterpret_cast<Byte*>(text.data()), text.size()));
    read_ = Fields();
    const std::size_t all = descriptor_.parameters_max;
    Result<Fields> parsed = Fields();
    if (request_.method == http::Method::get) parsed = parse_form_fields(as_bytes(request_.raw_query), all);
    if (media_type_ == json_type) parsed = parse_json_fields(body_.reveal(), all);
    if (media_type_ == form_type) parsed = parse_form_fields(body_.reveal(), all);
    if (parsed) read_ = std::move(*parsed);
  }
  SignedRequest as_signed() const { return {request_, body_.reveal(), read_, url_, now_, true}; }

  const TextRule* rule_for_text() {
    build();
    for (const TextRule& rule : descriptor_.texts) {
      if (!rule.field) return &rule;
      const auto value = look_up({rule.field->source, first_of_each(rule.field->name)}, as_signed());
      if (value && (rule.equals.empty() || std::any_of(rule.equals.begin(), rule.equals.end(), [&](const std::string& one) {
                      return http::equal_ignoring_case(one, http::trim(value->reveal_text()));
                    }))) {
        return &rule;
      }
    }
    return nullptr;
  }

  bool write_contents(std::string_view id) {
    const MessageFields& places = descriptor_.message;
    // The time of a signature may be the message's own.
    if (const auto* signature = std::get_if<SignatureAuth>(&auth_.check); signature != nullptr && signature->fresh) {
      if (!put(signature->fresh->at, std::to_string(signature->fresh->milliseconds ? now_ * 1000 : now_))) return false;
    }
    for (const auto& [refs, value] : {std::pair(&places.from, check_from), std::pair(&places.to, check_to), std::pair(&places.id, id)}) {
      if (!refs->empty() && !is_set(refs->front()) && !put(refs->front(), value)) return false;
    }
    if (!places.time.empty() && !is_set(places.time.front()) && !put(places.time.front(), std::to_string(now_))) return false;
    const TextRule* rule = rule_for_text();
    const auto& text_places = rule != nullptr && !rule->text.empty() ? rule->text : places.text;
    return !text_places.empty() && put(text_places.front(), rule != nullptr ? packed(*rule, check_text) : std::string(check_text));
  }

  /// What stands beside the signature: nonces, and a hash of the body.
  bool prepare(const SignatureAuth& signature) {
    const auto is_hash = [&](const FieldRef& ref) {
      return signature.body_hash && ref.source == signature.body_hash->in.source && ref.name == signature.body_hash->in.name;
    };
    for (const MessagePart& part : signature.message) {
      if (part.kind != MessagePart::Kind::value || is_hash(part.field) || is_set(part.field)) continue;
      if (!put(part.field, random_hex())) return false;
    }
    build();
    if (!signature.body_hash) return true;
    return put(signature.body_hash->in, encoded(hash(signature.body_hash->algorithm, body_.reveal()).view(), signature.body_hash->encoding));
  }

  bool sign(const SignatureAuth& signature) {
    const auto key = key_of(signature, token_);
    if (!key) return false;
    build();
    const SecretBuffer text = signed_text(signature, as_signed(), signature.url_with_either_port ? url_without_port(url_) : url_, token_);
    Digest made;
    if (signature.scheme == SignatureAuth::Scheme::hash) {
      made = hash(signature.algorithm, text.reveal());
    } else {
      Hmac hmac(signature.algorithm, key->reveal());
      hmac.update(text.reveal());
      made = hmac.finish();
    }
    return put(signature.signature, signature.prefix + encoded(made.view(), signature.encoding));
  }

  std::string token_for(const JwtAuth& jwt) {
    build();
    std::string url = url_;
    if (!request_.raw_query.empty()) url.append("?").append(request_.raw_query);
    const HashAlgorithm algorithm = jwt.algorithms.front();
    const json::object header{{"alg", algorithm == HashAlgorithm::sha384 ? "HS384" : algorithm == HashAlgorithm::sha512 ? "HS512" : "HS256"},
                              {"typ", "JWT"}};
    const auto hex = [](Bytes content) { return crypto::to_hex(hash(HashAlgorithm::sha256, content).view()); };
    json::object claims{{"iat", now_}, {"nbf", now_}, {"exp", now_ + 60}, {"jti", random_hex()}};
    if (!jwt.issuer.empty()) claims["iss"] = jwt.issuer;
    if (jwt.audience_is_url) claims["aud"] = url;
    if (!jwt.body_claim.empty()) claims[jwt.body_claim] = hex(body_.reveal());
    if (!jwt.url_claim.empty()) claims[jwt.url_claim] = hex(as_bytes(url));
    const auto part = [](const json::object& object) { return crypto::to_base64(as_bytes(json::serialize(object)), crypto::Base64::url_unpadded); };
    std::string text = part(header) + "." + part(claims);
    Hmac hmac(algorithm, token_);
    hmac.update(as_bytes(text));
    return text + "." + crypto::to_base64(hmac.finish().view(), crypto::Base64::url_unpadded);
  }

  const Descriptor& descriptor_;
  const Auth& auth_;
  Bytes token_;
  std::int64_t now_;
  std::string url_;
  std::string media_type_;                                        ///< empty for GET
  std::vector<std::pair<std::string, std::string>> query_, fields_;
  json::value document_;
  std::string plain_body_;
  http::Request request_;
  SecretBuffer body_;
  Fields read_;
};

/// The lower, the more it proves. What only the gateway can sign comes last.
constexpr int rank_max = 5;
int rank(const Auth& auth) {
  if (const auto* signature = std::get_if<SignatureAuth>(&auth.check)) return signature->scheme == SignatureAuth::Scheme::ed25519 ? rank_max : 0;
  if (std::holds_alternative<JwtAuth>(auth.check)) return 1;
  if (std::holds_alternative<BasicAuth>(auth.check)) return 2;
  return std::holds_alternative<EqualFieldAuth>(auth.check) ? 3 : 4;
}

}  // namespace

Outcome<GatewayRequest> write_request(const Descriptor& descriptor, const SmsSettings& settings, std::string_view id, std::int64_t now_seconds) {
  for (int wanted = 0; wanted <= rank_max; ++wanted) {
    for (const Auth& auth : descriptor.auth) {
      if (rank(auth) != wanted || (auth.only && *auth.only != Meaning::message)) continue;
      if (auto request = Writer(descriptor, settings, auth, now_seconds).write(id)) return std::move(*request);
    }
  }
  return Problem{"[sms." + settings.name + "] a text as " + descriptor.name + " sends it cannot be made up from its descriptor; send a real one"};
}

}  // namespace hotline::sms
