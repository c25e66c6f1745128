#include "crypto/random.hpp"
#include "server/cli/console_client.hpp"
#include "server/cli/console_reply.hpp"
#include "server/cli/passphrase_rules.hpp"
#include "server/console/json.hpp"
#include "server/http/query.hpp"

namespace hotline::cli {
namespace {

namespace json = boost::json;
using console::encoded;

struct SecondStep {
  std::string ticket;
  bool totp = false;
  bool passkey = false;
};

/// `second` of an answer.
Outcome<SecondStep> second_step_from(const json::value& answer) {
  const json::value* second = answer.is_object() ? answer.get_object().if_contains("second") : nullptr;
  if (second == nullptr || !second->is_object()) return not_understood();
  const auto ticket = console::text_field(second->get_object(), "ticket", 64);
  if (!ticket) return not_understood();
  const json::value* totp = second->get_object().if_contains("totp");
  const json::value* passkey = second->get_object().if_contains("passkey");
  return SecondStep{std::string(*ticket), totp != nullptr && totp->is_bool() && totp->get_bool(), passkey != nullptr && passkey->is_object()};
}

/// The members of a request that set a new passphrase.
Outcome<json::object> with_new_passphrase(const crypto::SecretBuffer& passphrase, std::string_view name, const MemberId& member,
                                          const crypto::Secret<32>& secret) {
  if (const auto fit = may_be_passphrase(passphrase, name); !fit) return fit.error();
  ByteArray<16> salt;
  crypto::random_bytes(salt);
  const auto keys = crypto::derive_passphrase_keys(passphrase.reveal(), salt);
  if (!keys) return Problem{"not enough memory to derive the keys (64 MiB are needed)"};
  return json::object{{"salt", encoded(salt)},
                      {"auth_hash", encoded(crypto::auth_key_hash(keys->auth))},
                      {"wrapped_secret", encoded(crypto::wrap_member_secret(keys->wrap, member, secret))}};
}

}  // namespace

Outcome<crypto::PassphraseKeys> ConsoleClient::keys_of(const std::string& name, const crypto::SecretBuffer& passphrase) {
  const auto parameters = call("GET", "/api/v1/sign-in/" + http::percent_encode(name));
  if (!parameters) return parameters.error();
  const auto salt = parameters->is_object() ? console::fixed_field<16>(parameters->get_object(), "salt") : Result<ByteArray<16>>(Errc::malformed);
  if (!salt) return not_understood();
  auto keys = crypto::derive_passphrase_keys(passphrase.reveal(), *salt);
  if (!keys) return Problem{"not enough memory to derive the keys (64 MiB are needed)"};
  return std::move(*keys);
}

Outcome<void> ConsoleClient::change_passphrase(const MemberKeys& member, const crypto::SecretBuffer& old, const crypto::SecretBuffer& fresh) {
  const auto keys = keys_of(member.member.name, old);
  if (!keys) return keys.error();
  auto request = with_new_passphrase(fresh, member.member.name, member.member.id, member.secret);
  if (!request) return request.error();
  (*request)["auth"] = encoded(keys->auth.reveal());
  const auto answer = call("PUT", "/api/v1/passphrase", json::serialize(*request));
  if (!answer) return answer.error();
  return {};
}

Outcome<crypto::SecretBuffer> ConsoleClient::renew_paper_code(const MemberKeys& member, const crypto::SecretBuffer& passphrase, const CodeSource& code) {
  const auto keys = keys_of(member.member.name, passphrase);
  if (!keys) return keys.error();
  const auto begun = call("POST", "/api/v1/recovery-code", json::serialize(json::object{{"auth", encoded(keys->auth.reveal())}}));
  if (!begun) return begun.error();
  const auto second = second_step_from(*begun);
  if (!second) return second.error();
  const auto fresh = crypto::RecoveryCode::generate();
  const auto auth = fresh.auth_key();
  json::object request{{"ticket", second->ticket},
                       {"recovery_wrapped", encoded(crypto::wrap_member_secret(fresh.wrap_key(), member.member.id, member.secret))},
                       {"recovery_auth_hash", encoded(crypto::auth_key_hash(auth))}};
  if (second->totp) {
    const auto digits = code();
    if (!digits) return digits.error();
    request["totp"] = *digits;
  } else if (second->passkey) {
    return Problem{"your second factor is a passkey, which only a browser can use; renew the code there, under Account"};
  }
  const auto done = call("PUT", "/api/v1/recovery-code", json::serialize(request));
  if (!done) return done.error();
  return fresh.to_text();
}

Outcome<crypto::SecretBuffer> ConsoleClient::recover(const std::string& name, const crypto::RecoveryCode& code, const crypto::SecretBuffer& fresh) {
  const auto auth = code.auth_key();
  const auto begun = call("POST", "/api/v1/recovery", json::serialize(json::object{{"name", name}, {"recovery_auth", encoded(auth.reveal())}}));
  if (!begun) return begun.error();
  const json::object* object = begun->if_object();
  const auto ticket = object != nullptr ? console::text_field(*object, "ticket", 64) : Result<std::string_view>(Errc::malformed);
  if (!ticket) return not_understood();
  const auto id = console::id_field<MemberId>(*object, "member_id");
  const auto wrapped = console::bytes_field(*object, "recovery_wrapped", 256);
  if (!id || !wrapped) return not_understood();
  const auto secret = crypto::unwrap_member_secret(code.wrap_key(), *id, *wrapped);
  if (!secret) return Problem{"the server's copy of your key does not open with this code: do not go on, tell your admin"};
  auto request = with_new_passphrase(fresh, name, *id, *secret);
  if (!request) return request.error();
  const auto next = crypto::RecoveryCode::generate();
  const auto next_auth = next.auth_key();
  (*request)["ticket"] = *ticket;
  (*request)["recovery_wrapped"] = encoded(crypto::wrap_member_secret(next.wrap_key(), *id, *secret));
  (*request)["recovery_auth_hash"] = encoded(crypto::auth_key_hash(next_auth));
  const auto done = call("POST", "/api/v1/recovery/finish", json::serialize(*request));
  if (!done) return done.error();
  return next.to_text();
}

Outcome<ConsoleClient::TotpSecret> ConsoleClient::begin_totp() {
  const auto answer = call("POST", "/api/v1/second-factors/totp");
  if (!answer) return answer.error();
  const json::object* object = answer->if_object();
  const json::value* rows = object != nullptr ? object->if_contains("qr") : nullptr;
  if (rows == nullptr || !rows->is_array()) return not_understood();
  const auto secret = console::text_field(*object, "secret", 256);
  const auto uri = console::text_field(*object, "uri", 1024);
  if (!secret || !uri) return not_understood();
  TotpSecret made{std::string(*secret), std::string(*uri), {}};
  for (const json::value& row : rows->get_array()) {
    if (!row.is_string()) return not_understood();
    made.qr.emplace_back(row.get_string());
  }
  return made;
}

Outcome<void> ConsoleClient::confirm_totp(const std::string& code) {
  const auto answer = call("POST", "/api/v1/second-factors/totp/confirm", json::serialize(json::object{{"code", code}}));
  if (!answer) return answer.error();
  return {};
}

Outcome<void> ConsoleClient::reset_second_factors(MemberId id) {
  const auto answer = call("DELETE", "/api/v1/members/" + to_text(id) + "/second-factors");
  if (!answer) return answer.error();
  return {};
}

Outcome<json::value> ConsoleClient::sessions() { return call("GET", "/api/v1/sessions"); }

Outcome<void> ConsoleClient::end_session(const std::string& id) {
  const auto answer = call("DELETE", "/api/v1/sessions/" + http::percent_encode(id));
  if (!answer) return answer.error();
  return {};
}

Outcome<void> ConsoleClient::end_sessions_of(MemberId id) {
  const auto answer = call("DELETE", "/api/v1/members/" + to_text(id) + "/sessions");
  if (!answer) return answer.error();
  return {};
}

}  // namespace hotline::cli
