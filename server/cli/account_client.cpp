#include "crypto/random.hpp"
#include "server/cli/console_client.hpp"
#include "server/console/json.hpp"
#include "server/http/query.hpp"

namespace hotline::cli {
namespace {

namespace json = boost::json;
using console::encoded;

Problem not_understood() { return {"the server's answer makes no sense: is it a Hotline of the same version?"}; }

/// The members of a request that set a new passphrase.
Outcome<json::object> with_new_passphrase(const crypto::SecretBuffer& passphrase, const MemberId& member, const crypto::Secret<32>& secret) {
  if (passphrase.size() < 12) return Problem{"the passphrase is too short: take at least 12 characters, better five random words"};
  ByteArray<16> salt;
  crypto::random_bytes(salt);
  const auto keys = crypto::derive_passphrase_keys(passphrase.reveal(), salt);
  if (!keys) return Problem{"not enough memory to derive the keys (64 MiB are needed)"};
  return json::object{{"salt", encoded(salt)},
                      {"auth_hash", encoded(crypto::auth_key_hash(keys->auth))},
                      {"wrapped_secret", encoded(crypto::wrap_member_secret(keys->wrap, member, secret))}};
}

}  // namespace

Outcome<void> ConsoleClient::change_passphrase(const MemberKeys& member, const crypto::SecretBuffer& old, const crypto::SecretBuffer& fresh) {
  const auto parameters = call("GET", "/api/v1/sign-in/" + http::percent_encode(member.member.name));
  if (!parameters) return parameters.error();
  const auto salt = parameters->is_object() ? console::fixed_field<16>(parameters->get_object(), "salt") : Result<ByteArray<16>>(Errc::malformed);
  if (!salt) return not_understood();
  const auto keys = crypto::derive_passphrase_keys(old.reveal(), *salt);
  if (!keys) return Problem{"not enough memory to derive the keys (64 MiB are needed)"};
  auto request = with_new_passphrase(fresh, member.member.id, member.secret);
  if (!request) return request.error();
  (*request)["auth"] = encoded(keys->auth.reveal());
  const auto answer = call("PUT", "/api/v1/passphrase", json::serialize(*request));
  if (!answer) return answer.error();
  return {};
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
  auto request = with_new_passphrase(fresh, *id, *secret);
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
