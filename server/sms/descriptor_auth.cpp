#include "server/sms/descriptor_reader.hpp"

#include <algorithm>

namespace hotline::sms::descriptor_detail {

namespace {

using Kind = MessagePart::Kind;
using Repeated = ParameterRules::Repeated;

enum class AuthKind { hmac, equal, none };
constexpr std::array<Choice<AuthKind>, 3> auth_kinds{
    {{"hmac", AuthKind::hmac}, {"equal", AuthKind::equal}, {"none", AuthKind::none}}};
constexpr std::array<Choice<KeyEncoding>, 3> key_encodings{
    {{"utf-8", KeyEncoding::utf8}, {"hex", KeyEncoding::hex}, {"base64", KeyEncoding::base64}}};
constexpr std::array<Choice<BinaryText>, 2> binary_texts{{{"hex", BinaryText::hex}, {"base64", BinaryText::base64}}};
constexpr std::array<Choice<Repeated>, 4> repeated_rules{
    {{"sort", Repeated::sort}, {"set", Repeated::set}, {"first", Repeated::first}, {"replace", Repeated::replace}}};
constexpr std::array<Choice<bool>, 2> url_ports{{{"as configured", false}, {"either", true}}};
constexpr std::array<Choice<Kind>, 5> plain_parts{{{"url", Kind::url},
                                                   {"url_without_query", Kind::url_without_query},
                                                   {"body", Kind::body},
                                                   {"parameters", Kind::parameters},
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
                   "\"secret\", \"literal:…\", \"field:…\", \"query:…\", \"header:…\", \"sha256:body\"");
  return std::nullopt;
}

bool has_part(const HmacAuth& hmac, std::initializer_list<Kind> kinds) {
  return std::any_of(hmac.message.begin(), hmac.message.end(), [&](const MessagePart& part) {
    return std::find(kinds.begin(), kinds.end(), part.kind) != kinds.end();
  });
}

ParameterRules read_parameter_rules(Section section) {
  ParameterRules rules;
  rules.repeated = choose(section, "repeated", repeated_rules).value_or(Repeated::sort);
  rules.assign = section.text("assign").value_or("");
  rules.between = section.text("between").value_or("");
  rules.exclude = section.texts("exclude").value_or(std::vector<std::string>{});
  section.finish();
  return rules;
}

std::optional<BodyHash> read_body_hash(Section section, const HmacAuth& hmac) {
  if (!section.present()) return std::nullopt;
  BodyHash hash;
  if (!section.has("in")) section.complain("in", "is missing; add where the hash stands, such as \"query:bodySHA256\"");
  hash.in = read_field_ref(section, "in").value_or(FieldRef{});
  hash.algorithm = choose_required(section, "algorithm", hash_algorithms);
  hash.encoding = choose_required(section, "encoding", binary_texts);
  // A hash that the signature does not cover proves nothing.
  const bool covered = std::any_of(hmac.message.begin(), hmac.message.end(), [&](const MessagePart& part) {
    if (part.kind == Kind::value) return part.field.source == hash.in.source && part.field.name == hash.in.name;
    return hash.in.source == FieldRef::Source::query && part.kind == Kind::url;
  });
  if (section.has("in") && !covered) section.complain("in", "names a place that message does not cover; add it to message");
  section.finish();
  return hash;
}

HmacAuth read_hmac(Section& section) {
  HmacAuth hmac;
  hmac.algorithm = choose_required(section, "algorithm", hash_algorithms);
  hmac.key = choose(section, "key", key_encodings).value_or(KeyEncoding::utf8);
  if (!section.has("message")) section.complain("message", "is missing; add the parts that are signed, such as [\"body\"]");
  for (const std::string& text : section.texts("message").value_or(std::vector<std::string>{})) {
    if (const auto part = parse_part(section, text)) hmac.message.push_back(*part);
  }
  hmac.parameters = read_parameter_rules(section.section("parameters"));
  if (section.has("parameters") && !has_part(hmac, {Kind::parameters})) {
    section.complain("parameters", "is given, but message has no part \"parameters\"; add the part or remove this");
  }
  hmac.url_with_either_port = choose(section, "url_port", url_ports).value_or(false);
  if (section.has("url_port") && !has_part(hmac, {Kind::url, Kind::url_without_query})) {
    section.complain("url_port", "is given, but message has no part \"url\"; add the part or remove this");
  }
  if (!section.has("signature")) section.complain("signature", "is missing; add where it stands, such as \"header:x-signature\"");
  hmac.signature = read_field_ref(section, "signature").value_or(FieldRef{});
  hmac.prefix = section.text("prefix").value_or("");
  hmac.encoding = choose_required(section, "encoding", binary_texts);
  hmac.body_hash = read_body_hash(section.section("body_hash"), hmac);

  const bool excluded = std::find(hmac.parameters.exclude.begin(), hmac.parameters.exclude.end(), hmac.signature.name) !=
                        hmac.parameters.exclude.end();
  if (hmac.signature.source != FieldRef::Source::header && has_part(hmac, {Kind::parameters}) && !excluded) {
    section.complain("signature", "is one of the parameters that it signs; add it to parameters.exclude");
  }
  return hmac;
}

/// Whether the proof holds for what such a request says, not only for its being sent.
bool covers(const Auth& auth, http::Method method) {
  const auto* hmac = std::get_if<HmacAuth>(&auth.check);
  if (hmac == nullptr) return std::holds_alternative<EqualFieldAuth>(auth.check);
  if (method == http::Method::get) return has_part(*hmac, {Kind::url, Kind::parameters});
  return hmac->body_hash || has_part(*hmac, {Kind::body, Kind::parameters, Kind::hash});
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

  if (!section.has("kind")) section.complain("kind", "is missing; add \"hmac\", \"equal\" or \"none\"");
  switch (choose(section, "kind", auth_kinds).value_or(AuthKind::none)) {
    case AuthKind::hmac: auth.check = read_hmac(section); break;
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
