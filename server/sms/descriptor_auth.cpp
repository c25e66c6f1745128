#include "server/sms/descriptor_reader.hpp"

#include <algorithm>

namespace hotline::sms::descriptor_detail {

namespace {

using Kind = MessagePart::Kind;
using Repeated = ParameterRules::Repeated;

enum class AuthKind { hmac, hash, ed25519, jwt, basic, equal, none };
constexpr std::array<Choice<AuthKind>, 7> auth_kinds{{{"hmac", AuthKind::hmac},
                                                      {"hash", AuthKind::hash},
                                                      {"ed25519", AuthKind::ed25519},
                                                      {"jwt", AuthKind::jwt},
                                                      {"basic", AuthKind::basic},
                                                      {"equal", AuthKind::equal},
                                                      {"none", AuthKind::none}}};
constexpr std::array<Choice<HashAlgorithm>, 3> jwt_algorithms{
    {{"HS256", HashAlgorithm::sha256}, {"HS384", HashAlgorithm::sha384}, {"HS512", HashAlgorithm::sha512}}};
constexpr std::array<Choice<bool>, 2> time_units{{{"s", false}, {"ms", true}}};
constexpr std::array<Choice<bool>, 1> audiences{{{"url", true}}};
constexpr std::int64_t day_seconds = 86'400;
constexpr std::array<Choice<KeyEncoding>, 3> key_encodings{
    {{"utf-8", KeyEncoding::utf8}, {"hex", KeyEncoding::hex}, {"base64", KeyEncoding::base64}}};
constexpr std::array<Choice<BinaryText>, 2> binary_texts{{{"hex", BinaryText::hex}, {"base64", BinaryText::base64}}};
constexpr std::array<Choice<Repeated>, 4> repeated_rules{
    {{"sort", Repeated::sort}, {"set", Repeated::set}, {"first", Repeated::first}, {"replace", Repeated::replace}}};
constexpr std::array<Choice<bool>, 2> url_ports{{{"as configured", false}, {"either", true}}};
constexpr std::array<Choice<Kind>, 6> plain_parts{{{"url", Kind::url},
                                                   {"url_without_query", Kind::url_without_query},
                                                   {"body", Kind::body},
                                                   {"parameters", Kind::parameters},
                                                   {"query_parameters", Kind::query_parameters},
                                                   {"secret", Kind::secret}}};

std::optional<MessagePart> parse_part(Section& section, std::string_view text) {
  MessagePart part;
  for (const auto& [word, kind] : plain_parts) {
    if (text == word) {
      part.kind = kind;
      return part;
    }
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view kind = text.substr(0, colon);
  const std::string_view rest = text.substr(std::min(colon + 1, text.size()));
  if (kind == "literal" && !rest.empty()) {
    part.kind = Kind::literal;
    part.text = rest;
    return part;
  }
  if (kind == "field" || kind == "query" || kind == "header") {
    part.kind = Kind::value;
    const std::optional<FieldRef> ref = parse_field_ref(section, "message", text);
    if (!ref) return std::nullopt;
    part.field = *ref;
    return part;
  }
  for (const auto& [word, algorithm] : hash_algorithms) {
    if (kind == word && rest == "body") {
      part.kind = Kind::hash;
      part.algorithm = algorithm;
      return part;
    }
  }
  section.complain("message",
                   "holds a part that is not known; the parts are \"url\", \"url_without_query\", \"body\", \"parameters\", "
                   "\"query_parameters\", \"secret\", \"literal:…\", \"field:…\", \"query:…\", \"header:…\", \"sha256:body\"");
  return std::nullopt;
}

bool has_part(const SignatureAuth& auth, std::initializer_list<Kind> kinds) {
  return std::any_of(auth.message.begin(), auth.message.end(), [&](const MessagePart& part) {
    return std::find(kinds.begin(), kinds.end(), part.kind) != kinds.end();
  });
}

/// Whether what stands at that place is signed.
bool is_covered(const SignatureAuth& auth, const FieldRef& ref) {
  return std::any_of(auth.message.begin(), auth.message.end(), [&](const MessagePart& part) {
    if (part.kind == Kind::value) return part.field.source == ref.source && part.field.name == ref.name;
    if (ref.source == FieldRef::Source::query) return part.kind == Kind::url || part.kind == Kind::query_parameters;
    return ref.source == FieldRef::Source::field &&
           (part.kind == Kind::body || part.kind == Kind::hash || (part.kind == Kind::parameters && ref.name != auth.signature.name));
  });
}

ParameterRules read_parameter_rules(Section section) {
  ParameterRules rules;
  rules.repeated = choose(section, "repeated", repeated_rules).value_or(Repeated::sort);
  rules.assign = section.text("assign").value_or("");
  rules.between = section.text("between").value_or("");
  rules.exclude = section.texts("exclude").value_or(std::vector<std::string>{});
  rules.masked = section.text("masked").value_or("");
  section.finish();
  return rules;
}

std::optional<BodyHash> read_body_hash(Section section, const SignatureAuth& auth) {
  if (!section.present()) return std::nullopt;
  BodyHash hash;
  if (!section.has("in")) section.complain("in", "is missing; add where the hash stands, such as \"query:bodySHA256\"");
  hash.in = read_field_ref(section, "in").value_or(FieldRef{});
  hash.algorithm = choose_required(section, "algorithm", hash_algorithms);
  hash.encoding = choose_required(section, "encoding", binary_texts);
  // A hash that the signature does not cover proves nothing.
  if (section.has("in") && !is_covered(auth, hash.in)) {
    section.complain("in", "names a place that message does not cover; add it to message");
  }
  section.finish();
  return hash;
}

std::optional<Freshness> read_fresh(Section section, const SignatureAuth& auth) {
  if (!section.present()) return std::nullopt;
  Freshness fresh;
  if (!section.has("at")) section.complain("at", "is missing; add where the time stands, such as \"header:x-timestamp\"");
  fresh.at = read_field_ref(section, "at").value_or(FieldRef{});
  if (section.has("at") && !is_covered(auth, fresh.at)) {
    section.complain("at", "names a place that message does not cover; add it to message");
  }
  fresh.milliseconds = choose(section, "unit", time_units).value_or(false);
  fresh.seconds_max = section.integer("seconds_max", 1, day_seconds).value_or(fresh.seconds_max);
  section.finish();
  return fresh;
}

SignatureAuth read_signature(Section& section, SignatureAuth::Scheme scheme) {
  using Scheme = SignatureAuth::Scheme;
  SignatureAuth auth;
  auth.scheme = scheme;
  if (scheme != Scheme::ed25519) auth.algorithm = choose_required(section, "algorithm", hash_algorithms);
  if (scheme == Scheme::ed25519 && !section.has("key")) section.complain("key", "is missing; add how the public key is written: \"base64\" or \"hex\"");
  if (scheme != Scheme::hash) {
    auth.key = choose(section, "key", key_encodings).value_or(KeyEncoding::utf8);
    auth.key_prefix = section.text("key_prefix").value_or("");
  }
  if (!section.has("message")) section.complain("message", "is missing; add the parts that are signed, such as [\"body\"]");
  for (const std::string& text : section.texts("message").value_or(std::vector<std::string>{})) {
    if (const auto part = parse_part(section, text)) auth.message.push_back(*part);
  }
  if (scheme == Scheme::hash && section.has("message") && !has_part(auth, {Kind::secret})) {
    section.complain("message", "has no part \"secret\", so anybody could make the hash; add it");
  }
  auth.parameters = read_parameter_rules(section.section("parameters"));
  if (section.has("parameters") && !has_part(auth, {Kind::parameters})) {
    section.complain("parameters", "is given, but message has no part \"parameters\"; add the part or remove this");
  }
  auth.url_with_either_port = choose(section, "url_port", url_ports).value_or(false);
  if (section.has("url_port") && !has_part(auth, {Kind::url, Kind::url_without_query})) {
    section.complain("url_port", "is given, but message has no part \"url\"; add the part or remove this");
  }
  if (!section.has("signature")) section.complain("signature", "is missing; add where it stands, such as \"header:x-signature\"");
  auth.signature = read_field_ref(section, "signature").value_or(FieldRef{});
  auth.prefix = section.text("prefix").value_or("");
  auth.between = section.text("between").value_or("");
  auth.encoding = choose_required(section, "encoding", binary_texts);
  auth.body_hash = read_body_hash(section.section("body_hash"), auth);
  auth.fresh = read_fresh(section.section("fresh"), auth);

  const bool excluded = std::find(auth.parameters.exclude.begin(), auth.parameters.exclude.end(), auth.signature.name) !=
                        auth.parameters.exclude.end();
  if (auth.signature.source != FieldRef::Source::header && has_part(auth, {Kind::parameters}) && !excluded) {
    section.complain("signature", "is one of the parameters that it signs; add it to parameters.exclude");
  }
  return auth;
}

JwtAuth read_jwt(Section& section) {
  JwtAuth auth;
  if (!section.has("algorithms")) section.complain("algorithms", "is missing; add those that the gateway uses, such as [\"HS256\"]");
  for (const std::string& word : section.texts("algorithms").value_or(std::vector<std::string>{})) {
    const auto found = std::find_if(jwt_algorithms.begin(), jwt_algorithms.end(), [&](const auto& one) { return one.first == word; });
    if (found == jwt_algorithms.end()) {
      section.complain("algorithms", "must be of \"HS256\", \"HS384\", \"HS512\"");
    } else {
      auth.algorithms.push_back(found->second);
    }
  }
  if (!section.has("token")) section.complain("token", "is missing; add where the token stands, such as \"header:authorization\"");
  auth.in = read_field_ref(section, "token").value_or(FieldRef{});
  auth.prefix = section.text("prefix").value_or("");
  auth.issuer = section.text("issuer").value_or("");
  auth.audience_is_url = choose(section, "audience", audiences).value_or(false);
  auth.body_claim = section.text("body_sha256").value_or("");
  auth.url_claim = section.text("url_sha256").value_or("");
  auth.seconds_max = section.integer("seconds_max", 1, day_seconds).value_or(auth.seconds_max);
  return auth;
}

/// Whether the proof holds for what such a request says, not only for its being sent.
bool covers(const Auth& auth, http::Method method) {
  const bool get = method == http::Method::get;
  if (const auto* jwt = std::get_if<JwtAuth>(&auth.check)) return !(get ? jwt->url_claim : jwt->body_claim).empty();
  const auto* signature = std::get_if<SignatureAuth>(&auth.check);
  // Whoever knows the secret itself may say anything with it.
  if (signature == nullptr) return !std::holds_alternative<PathOnlyAuth>(auth.check);
  if (get) return has_part(*signature, {Kind::url, Kind::parameters});
  return signature->body_hash || has_part(*signature, {Kind::body, Kind::parameters, Kind::hash});
}

template <class T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

Auth read_one(Section& section, const Descriptor& descriptor) {
  Auth auth;
  auth.methods = section.has("methods") ? read_methods(section) : descriptor.methods;
  if (!section.has("methods")) static_cast<void>(section.texts("methods"));
  for (const http::Method method : auth.methods) {
    if (!contains(descriptor.methods, method)) section.complain("methods", "names one that the descriptor does not take");
  }
  const bool post = contains(auth.methods, http::Method::post);
  auth.accept = read_media_types(section, "accept");
  if (!section.has("accept") && post) auth.accept = descriptor.accept;
  if (section.has("accept") && !post) section.complain("accept", "is for POST alone; add POST to methods or remove this");
  for (const std::string& type : auth.accept) {
    if (!contains(descriptor.accept, type)) section.complain("accept", "names a media type that the descriptor does not take");
  }

  auth.only = choose(section, "only", meanings);
  if (!section.has("kind")) section.complain("kind", "is missing; add \"hmac\", \"equal\" or \"none\"");
  using Scheme = SignatureAuth::Scheme;
  switch (choose(section, "kind", auth_kinds).value_or(AuthKind::none)) {
    case AuthKind::hmac: auth.check = read_signature(section, Scheme::hmac); break;
    case AuthKind::hash: auth.check = read_signature(section, Scheme::hash); break;
    case AuthKind::ed25519: auth.check = read_signature(section, Scheme::ed25519); break;
    case AuthKind::jwt: auth.check = read_jwt(section); break;
    case AuthKind::basic: auth.check = BasicAuth{}; break;
    case AuthKind::equal:
      if (!section.has("field")) section.complain("field", "is missing; add where the token stands");
      auth.check = EqualFieldAuth{read_field_ref(section, "field").value_or(FieldRef{})};
      break;
    case AuthKind::none: auth.check = PathOnlyAuth{}; break;
  }
  section.finish();
  return auth;
}

}  // namespace

void read_auth(Section& root, Descriptor& into) {
  if (!root.has("auth")) root.complain("auth", "is missing; add [[auth]] with kind = \"hmac\", \"equal\" or \"none\"");
  for (Section& section : root.sections("auth")) into.auth.push_back(read_one(section, into));

  const auto none_for = [&](http::Method method, const std::string& media_type) {
    return std::none_of(into.auth.begin(), into.auth.end(), [&](const Auth& auth) {
      return contains(auth.methods, method) && (method == http::Method::get || contains(auth.accept, media_type));
    });
  };
  if (!into.auth.empty() && contains(into.methods, http::Method::get) && none_for(http::Method::get, {})) {
    root.complain("methods", "takes GET, but no [[auth]] is for it");
  }
  for (const std::string& type : into.accept) {
    if (!into.auth.empty() && none_for(http::Method::post, type)) root.complain("accept", "takes " + type + ", but no [[auth]] is for it");
  }
  for (const Auth& auth : into.auth) {
    if (!std::holds_alternative<PathOnlyAuth>(auth.check)) into.needs_token = true;
    for (const http::Method method : auth.methods) {
      if (!covers(auth, method)) into.needs_path_token = true;
    }
  }
}

}  // namespace hotline::sms::descriptor_detail
