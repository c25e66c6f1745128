#include "server/sms/gateway.hpp"

#include "crypto/signing.hpp"
#include "server/sms/escape.hpp"
#include "server/sms/hmac.hpp"

#include <algorithm>

namespace hotline::sms {

namespace {

using crypto::LockedKey;

std::string in_settings(const SmsSettings& settings, std::string_view what) {
  return "[sms." + settings.name + "] " + std::string(what);
}

}  // namespace

Gateway::Gateway(Descriptor descriptor, const SmsSettings& settings, LockedKey token, LockedKey path_token)
    : descriptor_(std::move(descriptor)),
      name_(settings.name),
      desk_name_(settings.desk),
      public_url_(settings.public_url),
      region_(settings.region),
      media_origins_(settings.media_origins),
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
  if (descriptor.needs_token && settings.token.reveal().size() < descriptor.token_bytes_min) {
    return Problem{in_settings(settings, "token is too short to be safe; " + descriptor.name + " needs one of at least " +
                                             std::to_string(descriptor.token_bytes_min) + " characters, the same on both sides")};
  }
  for (const Auth& auth : descriptor.auth) {
    const std::string_view token = settings.token.reveal();
    const std::size_t colon = std::min(token.find(':'), token.size());
    if (std::holds_alternative<BasicAuth>(auth.check) && (colon == 0 || colon + 1 >= token.size())) {
      return Problem{in_settings(settings, "token must be NAME:PASSWORD, as " + descriptor.name + " sends them")};
    }
    const auto* signature = std::get_if<SignatureAuth>(&auth.check);
    if (signature == nullptr) continue;
    const auto key = key_of(*signature, as_bytes(token));
    const bool public_key = signature->scheme == SignatureAuth::Scheme::ed25519;
    if (key && !key->empty() && (!public_key || key->size() == crypto::PublicSigningKey().size())) continue;
    if (key && key->empty() && signature->key == KeyEncoding::utf8) {
      return Problem{in_settings(settings, "token is only what stands before the key; copy all of it from " + descriptor.name)};
    }
    return Problem{in_settings(settings, std::string("token must be ") + (public_key ? "a public key in " : "") +
                                             (signature->key == KeyEncoding::hex ? "hex" : "base64") + " for " + descriptor.name +
                                             "; copy it again")};
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

bool Gateway::fetches_media() const noexcept {
  return descriptor_.media && !descriptor_.media->url.empty() && !(descriptor_.media->hosts.empty() && media_origins_.empty());
}

std::size_t Gateway::body_bytes_max(const Limits& limits) const noexcept {
  const bool has_files = descriptor_.media && !descriptor_.media->data.empty();
  const std::size_t batch = descriptor_.each.empty() ? 0 : batch_body_bytes_max;
  const std::size_t most = std::max(limits.sms_body_bytes_max + (has_files ? limits.media_bytes_max / 3 * 4 : 0), batch);
  return std::min(descriptor_.body_bytes_max, most);
}

crypto::SecretBuffer Gateway::callback_url() const {
  const bool basic = std::any_of(descriptor_.auth.begin(), descriptor_.auth.end(), [](const Auth& auth) { return std::holds_alternative<BasicAuth>(auth.check); });
  const std::size_t host = public_url_.find("://");
  if (!basic || host == std::string::npos) return crypto::SecretBuffer(std::string_view(public_url_));
  crypto::SecretBuffer url(std::string_view(public_url_).substr(0, host + 3));
  // NAME:PASSWORD may hold what ends this part of an address (RFC 3986, 3.2.1).
  const std::string_view token = as_text(token_.reveal());
  const std::size_t colon = std::min(token.find(':'), token.size());
  append_escaped(url, token.substr(0, colon), Escape::percent);
  url.push_back(':');
  append_escaped(url, token.substr(std::min(colon + 1, token.size())), Escape::percent);
  url.push_back('@');
  url.append(std::string_view(public_url_).substr(host + 3));
  return url;
}

bool Gateway::carries_proof(const http::Request& request) const {
  return std::any_of(descriptor_.auth.begin(), descriptor_.auth.end(), [&](const Auth& auth) {
    const FieldRef* place = nullptr;
    if (const auto* jwt = std::get_if<JwtAuth>(&auth.check)) place = &jwt->in;
    if (const auto* signature = std::get_if<SignatureAuth>(&auth.check)) place = &signature->signature;
    return place == nullptr || place->source != FieldRef::Source::header || request.header(place->name);
  });
}

bool Gateway::is_path(std::optional<std::string_view> path_token) const {
  const Digest given = hash(HashAlgorithm::sha256, as_bytes(path_token.value_or("")));
  const Digest wanted = hash(HashAlgorithm::sha256, path_token_.reveal());
  return crypto::equal_in_constant_time(given.view(), wanted.view());
}

bool Gateway::may_prove_itself(const http::Request& request, std::optional<std::string_view> path_token) const {
  const bool path = is_path(path_token);
  return carries_proof(request) && path;
}

Gateway::Proven Gateway::prove(const SignedRequest& request, std::optional<std::string_view> path_token, std::string_view media_type) const {
  // Everything is worked out before anything is decided.
  Proven proven;
  proven.path = is_path(path_token);
  for (const Auth& auth : descriptor_.auth) {
    if (!applies(auth, request.request.method, media_type)) continue;
    if (const Proof proof = proves(auth, request, token_.reveal()); proof.holds) proven.by.emplace_back(&auth, proof);
  }
  return proven;
}

Result<Verdict> Gateway::judge(const http::Request& request, Bytes body, std::optional<std::string_view> path_token,
                               std::int64_t now_seconds) const {
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
    if (media_type == "application/json") parsed = parse_json_fields(body, json_values_max);
    if (media_type == "application/x-www-form-urlencoded") parsed = parse_form_fields(body, descriptor_.parameters_max);
  }
  const Fields none;
  const SignedRequest signed_request{request, body, parsed ? *parsed : none, public_url_, now_seconds, parsed.has_value(), region_};
  const Proven proven = prove(signed_request, path_token, media_type);
  const Classified classified = classify(descriptor_, signed_request);
  // A proof may be meant for one kind of request alone.
  const auto counts = [&](const auto& one) { return !one.first->only || (parsed && *one.first->only == classified.meaning); };
  const bool holds = proven.path && std::any_of(proven.by.begin(), proven.by.end(), counts);
  if (!holds) return parsed ? make_error_code(Errc::authentication_failed) : parsed.error();
  const bool late = std::none_of(proven.by.begin(), proven.by.end(), [&](const auto& one) { return counts(one) && !one.second.late; });

  Result<Verdict> verdict = Errc::malformed;
  if (parsed) {
    verdict = read_request(descriptor_, signed_request, classified);
  } else {
    verdict = Verdict{Meaning::message, {}, {}, {}};
    verdict->messages.push_back(keep_whole(descriptor_, signed_request));
  }
  if (verdict && parsed) verdict->reports = read_delivery_reports(descriptor_, signed_request);
  if (verdict && late) {
    for (Message& message : verdict->messages) message.flags.emplace_back("late");
  }
  return verdict;
}

}  // namespace hotline::sms
