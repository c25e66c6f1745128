#include "server/sms/gateway.hpp"

#include "crypto/encoding.hpp"
#include "server/http/utf8.hpp"
#include "server/sms/hmac.hpp"
#include "server/sms/number.hpp"
#include "server/sms/signature.hpp"

#include <algorithm>
#include <charconv>

namespace hotline::sms {

namespace {

using crypto::LockedKey;
using crypto::SecretBuffer;

constexpr std::size_t media_max = 10;          // what Twilio sends at most; others send fewer

std::string in_settings(const SmsSettings& settings, std::string_view what) {
  return "[sms." + settings.name + "] " + std::string(what);
}

bool can_be_key(std::string_view token, KeyEncoding encoding) {
  if (encoding == KeyEncoding::utf8) return true;
  auto bytes = encoding == KeyEncoding::hex ? crypto::from_hex(token) : crypto::from_base64(token, crypto::Base64::standard);
  if (bytes) crypto::wipe(*bytes);
  return bytes.has_value();
}

/// The first of the places that holds something.
std::optional<SecretBuffer> first_of(const std::vector<FieldRef>& refs, const http::Request& request, const Fields& fields) {
  std::optional<SecretBuffer> empty;
  for (const FieldRef& ref : refs) {
    std::optional<SecretBuffer> value = look_up(ref, request, fields);
    if (value && !value->empty()) return value;
    if (value) empty = std::move(value);
  }
  return empty;
}

/// Whether one name was given different values, so that others might read the message differently.
bool is_repeated(const std::vector<FieldRef>& refs, const Fields& fields) {
  return std::any_of(refs.begin(), refs.end(), [&](const FieldRef& ref) {
    const http::FormField* first = ref.source == FieldRef::Source::field ? http::find_field(fields, ref.name) : nullptr;
    return first != nullptr && std::any_of(fields.begin(), fields.end(), [&](const http::FormField& field) {
             return field.name == ref.name && field.value.reveal_text() != first->value.reveal_text();
           });
  });
}

bool fits(const WhenRule& rule, const http::Request& request, const Fields& fields) {
  const std::optional<SecretBuffer> value = look_up(rule.field, request, fields);
  if (!value) return false;
  return rule.equals.empty() || std::any_of(rule.equals.begin(), rule.equals.end(),
                                            [&](const std::string& one) { return one == value->reveal_text(); });
}

std::vector<Media> read_media(const MediaFields& media, const http::Request& request, const Fields& fields) {
  std::vector<Media> found;
  const std::optional<SecretBuffer> count_text = look_up(media.count, request, fields);
  if (!count_text) return found;
  const std::string_view digits = count_text->reveal_text();
  std::size_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const auto numbered = [&](std::string name, std::size_t i) {
    name.replace(name.find("{i}"), 3, std::to_string(i));
    const http::FormField* field = http::find_field(fields, name);
    return field == nullptr ? SecretBuffer() : field->value.duplicate();
  };
  for (std::size_t i = media.first; i < media.first + std::min(count, media_max); ++i) {
    Media one{numbered(media.url, i), numbered(media.type, i)};
    if (!one.url.empty()) found.push_back(std::move(one));
  }
  return found;
}

/// One field needs no frame; several are told apart by their lengths.
SecretBuffer dedupe_of(const Descriptor& descriptor, const Message& message) {
  const auto value = [&](DedupeBy by) -> const SecretBuffer& {
    switch (by) {
      case DedupeBy::id: return message.id;
      case DedupeBy::from: return message.from;
      case DedupeBy::to: return message.to;
      case DedupeBy::text: break;
    }
    return message.text;
  };
  const auto complete = [&](const std::vector<DedupeBy>& list) {
    return !list.empty() && std::none_of(list.begin(), list.end(), [&](DedupeBy by) { return by != DedupeBy::text && value(by).empty(); });
  };
  const auto& list = complete(descriptor.dedupe_by) ? descriptor.dedupe_by : descriptor.dedupe_otherwise;
  if (!complete(list)) return {};
  if (list.size() == 1) return value(list.front()).duplicate();
  SecretBuffer framed;
  for (const DedupeBy by : list) {
    framed.push_back(0);
    framed.append(std::to_string(value(by).size()));
    framed.push_back(0);
    framed.append(value(by).reveal());
  }
  return framed;
}

}  // namespace

Gateway::Gateway(Descriptor descriptor, const SmsSettings& settings, LockedKey token, LockedKey path_token)
    : descriptor_(std::move(descriptor)),
      name_(settings.name),
      desk_name_(settings.desk),
      public_url_(settings.public_url),
      token_(std::move(token)),
      path_token_(std::move(path_token)) {
  if (path_token_.size() > 0) public_url_.append("/").append(as_text(path_token_.reveal()));
}

Outcome<Gateway> Gateway::create(Descriptor descriptor, const SmsSettings& settings) {
  if (descriptor.needs_token && settings.token.empty()) {
    return Problem{in_settings(settings, "token is missing; add the token that " + descriptor.name + " signs with")};
  }
  if (descriptor.needs_path_token && settings.path_token.empty()) {
    return Problem{in_settings(settings, "path_token is missing; what " + descriptor.name +
                                             " sends does not prove its content, so add one: openssl rand -hex 16")};
  }
  for (const Auth& auth : descriptor.auth) {
    const auto* hmac = std::get_if<HmacAuth>(&auth.check);
    if (hmac != nullptr && !can_be_key(settings.token.reveal(), hmac->key)) {
      return Problem{in_settings(settings, std::string("token must be ") + (hmac->key == KeyEncoding::hex ? "hex" : "base64") +
                                               " for " + descriptor.name + "; copy it again")};
    }
  }
  if (settings.public_url.find_first_of("?#") != std::string::npos) {
    return Problem{in_settings(settings, "public_url must end before '?' and '#'; remove what follows")};
  }
  auto token = LockedKey::create(as_bytes(settings.token.reveal()));
  auto path_token = LockedKey::create(as_bytes(settings.path_token.reveal()));
  if (!token || !path_token) return Problem{"no locked memory for the gateways' tokens; raise the limit: ulimit -l"};
  return Gateway(std::move(descriptor), settings, std::move(*token), std::move(*path_token));
}

bool Gateway::takes(http::Method method) const noexcept {
  return std::find(descriptor_.methods.begin(), descriptor_.methods.end(), method) != descriptor_.methods.end();
}

bool Gateway::authentic(const http::Request& request, Bytes body, std::optional<std::string_view> path_token,
                        std::string_view media_type, const Fields& fields) const {
  // Everything is worked out before anything is decided.
  const Digest given = hash(HashAlgorithm::sha256, as_bytes(path_token.value_or("")));
  const Digest wanted = hash(HashAlgorithm::sha256, path_token_.reveal());
  const bool path_holds = crypto::equal_in_constant_time(given.view(), wanted.view());
  bool proven = false;
  const SignedRequest signed_request{request, body, fields, public_url_};
  for (const Auth& auth : descriptor_.auth) {
    if (applies(auth, request.method, media_type) && proves(auth, signed_request, token_.reveal())) proven = true;
  }
  return path_holds && proven;
}

Result<Message> Gateway::read_message(const http::Request& request, const Fields& fields) const {
  const MessageFields& places = descriptor_.message;
  Message message;
  if (descriptor_.media) message.media = read_media(*descriptor_.media, request, fields);

  const auto from = first_of(places.from, request, fields);
  if (!from || from->empty()) return Errc::malformed;
  message.from = normalise_number(from->reveal_text());
  const auto to = first_of(places.to, request, fields);
  if (!places.to.empty() && (!to || to->empty())) return Errc::malformed;
  if (to) message.to = normalise_number(to->reveal_text());
  if (auto id = first_of(places.id, request, fields)) message.id = std::move(*id);
  // An empty text is a message: somebody reached for the phone. A missing one is a request that was tampered with.
  const auto text = first_of(places.text, request, fields);
  if (!text && message.media.empty()) return Errc::malformed;
  if (text) {
    if (!http::valid_utf8(text->reveal())) message.flags.emplace_back("text-repaired");
    message.text = http::clean_text(text->reveal());
  }
  message.dedupe = dedupe_of(descriptor_, message);
  if (message.dedupe.empty()) return Errc::malformed;

  for (const auto* refs : {&places.from, &places.to, &places.id, &places.text}) {
    if (!is_repeated(*refs, fields)) continue;
    message.flags.emplace_back("repeated-field");
    break;
  }
  return message;
}

Result<Verdict> Gateway::judge(const http::Request& request, Bytes body, std::optional<std::string_view> path_token) const {
  std::string media_type;
  Result<Fields> parsed = Fields();
  if (request.method == http::Method::get) {
    body = {};
    parsed = parse_form_fields(as_bytes(request.raw_query), descriptor_.parameters_max);
  } else {
    media_type = request.media_type();
    if (std::find(descriptor_.accept.begin(), descriptor_.accept.end(), media_type) == descriptor_.accept.end()) {
      return Errc::unsupported;
    }
    parsed = media_type == "application/json" ? parse_json_fields(body, descriptor_.parameters_max)
                                              : parse_form_fields(body, descriptor_.parameters_max);
  }
  const Fields none;
  const Fields& fields = parsed ? *parsed : none;
  const bool is_authentic = authentic(request, body, path_token, media_type, fields);
  if (!parsed) return parsed.error();
  if (!is_authentic) return Errc::authentication_failed;

  Verdict verdict{Meaning::message, {}};
  const std::string* flag = nullptr;
  const auto rule = std::find_if(descriptor_.when.begin(), descriptor_.when.end(),
                                 [&](const WhenRule& one) { return fits(one, request, fields); });
  if (rule != descriptor_.when.end()) {
    verdict.meaning = rule->meaning;
    flag = &rule->flag;
  }
  if (verdict.meaning != Meaning::message) return verdict;
  Result<Message> message = read_message(request, fields);
  if (!message) return message.error();
  verdict.message = std::move(*message);
  if (flag != nullptr && !flag->empty()) verdict.message.flags.push_back(*flag);
  return verdict;
}

}  // namespace hotline::sms
