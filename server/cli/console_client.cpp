#include "server/cli/console_client.hpp"

#include "crypto/member_keys.hpp"
#include "server/cli/console_reply.hpp"
#include "server/cli/terminal.hpp"
#include "server/console/json.hpp"
#include "server/console/records.hpp"
#include "server/http/query.hpp"

#include <algorithm>
#include <span>

namespace hotline::cli {
namespace {

namespace json = boost::json;
using console::encoded;

constexpr std::size_t grants_at_once = 100;

}  // namespace

Outcome<json::value> ConsoleClient::call(std::string_view method, const std::string& target, const std::string& body) {
  const auto reply = transport_->send(method, target, body, {});
  if (!reply) return reply.error();
  if (reply->status < 200 || reply->status > 299) return Problem{detail_of(*reply)};
  if (reply->body.empty()) return json::value(json::object());
  boost::system::error_code error;
  json::value value = json::parse(reply->body, error);
  if (error) return not_understood();
  return value;
}

Outcome<json::value> ConsoleClient::prove(const json::object& request, const CodeSource& code) {
  auto answer = call("POST", "/api/v1/session", json::serialize(request));
  if (!answer || !answer->is_object() || !answer->get_object().contains("second")) return answer;
  const json::object* second = answer->get_object().at("second").if_object();
  const auto ticket = second != nullptr ? console::text_field(*second, "ticket", 64) : Result<std::string_view>(Errc::malformed);
  if (!ticket) return not_understood();
  const json::value* totp = second->if_contains("totp");
  if (totp == nullptr || !totp->is_bool() || !totp->get_bool()) {
    return Problem{"your second factor is a passkey, which only a browser can use; add an authenticator program there"};
  }
  const auto digits = code();
  if (!digits) return digits.error();
  return call("POST", "/api/v1/session/second", json::serialize(json::object{{"ticket", *ticket}, {"totp", *digits}}));
}

Outcome<MemberKeys> ConsoleClient::sign_in(const std::string& name, const crypto::SecretBuffer& passphrase, const CodeSource& code) {
  const auto parameters = call("GET", "/api/v1/sign-in/" + http::percent_encode(name));
  if (!parameters) return parameters.error();
  if (!parameters->is_object()) return not_understood();
  const auto salt = console::fixed_field<16>(parameters->get_object(), "salt");
  if (!salt) return not_understood();
  const auto keys = crypto::derive_passphrase_keys(passphrase.reveal(), *salt);
  if (!keys) return Problem{"not enough memory to check the passphrase (64 MiB are needed)"};

  const json::object request{{"name", name}, {"auth", encoded(keys->auth.reveal())}};
  const auto answer = prove(request, code);
  if (!answer) return answer.error();
  const json::object* object = answer->if_object();
  const json::value* described = object != nullptr ? object->if_contains("member") : nullptr;
  if (described == nullptr || !described->is_object()) return not_understood();
  const auto desk = console::id_field<DeskId>(described->get_object(), "desk");
  const auto wrapped = console::bytes_field(*object, "wrapped_secret", 256);
  if (!desk || !wrapped) return not_understood();
  auto member = console::member_from(described->get_object(), *desk);
  if (!member) return not_understood();
  const auto secret = crypto::unwrap_member_secret(keys->wrap, member->id, *wrapped);
  if (!secret) return Problem{"the server's copy of your key does not open with this passphrase; use your recovery code"};
  auto identity = crypto::age::Identity::from_seed(crypto::member_identity_seed(*secret));
  auto signing = crypto::SigningKey::from_seed(crypto::member_signing_seed(*secret));
  if (!std::ranges::equal(identity.recipient().bytes(), Bytes(member->recipient)) ||
      !std::ranges::equal(signing.public_key(), Bytes(member->sign_key))) {
    return Problem{"the server names other public keys than yours: do not go on, tell your admin"};
  }
  const json::value* must = object->if_contains("must_enrol");
  return MemberKeys{std::move(*member), std::move(identity), std::move(signing), secret->duplicate(), must != nullptr && must->is_bool() && must->get_bool()};
}

Outcome<DeskView> ConsoleClient::desk(DeskId desk_id) {
  const auto answer = call("GET", "/api/v1/desk");
  if (!answer) return answer.error();
  const json::object* object = answer->if_object();
  const json::value* described = object != nullptr ? object->if_contains("desk") : nullptr;
  if (described == nullptr || !described->is_object()) return not_understood();
  auto desk = console::desk_from(described->get_object());
  auto epochs = list_of(*answer, "epochs", [&](const json::object& entry) { return console::epoch_from(entry, desk_id); });
  auto members = list_of(*answer, "members", [&](const json::object& entry) { return console::member_from(entry, desk_id); });
  auto former = list_of(*answer, "former", [&](const json::object& entry) { return console::member_from(entry, desk_id); });
  if (!desk || !epochs || !members || !former) return not_understood();
  return DeskView{std::move(*desk), std::move(*epochs), std::move(*members), std::move(*former)};
}

Outcome<std::vector<storage::Grant>> ConsoleClient::grants() {
  const auto answer = call("GET", "/api/v1/grants");
  if (!answer) return answer.error();
  return list_of(*answer, "grants", console::grant_from);
}

Outcome<void> ConsoleClient::add_grants(const std::vector<storage::Grant>& grants) {
  // All at once would be more than the server reads, at a desk of some hundred cases. What is stored again stays as it was.
  for (std::span<const storage::Grant> left(grants); !left.empty();) {
    const auto slice = left.first(std::min(left.size(), grants_at_once));
    const auto answer = call("POST", "/api/v1/grants", json::serialize(json::object{{"grants", array_of(slice)}}));
    if (!answer) return answer.error();
    left = left.subspan(slice.size());
  }
  return {};
}

Outcome<void> ConsoleClient::add_epoch(const storage::Epoch& epoch, const std::vector<storage::Grant>& grants) {
  const json::object body{{"epoch", console::to_json(epoch)}, {"grants", array_of(grants)}};
  const auto answer = call("POST", "/api/v1/epochs", json::serialize(body));
  if (!answer) return answer.error();
  return {};
}

Outcome<std::vector<storage::ReportRow>> ConsoleClient::reports(std::int64_t after) {
  const auto answer = call("GET", "/api/v1/reports?after=" + std::to_string(after));
  if (!answer) return answer.error();
  return list_of(*answer, "reports", report_of_list);
}

Outcome<void> ConsoleClient::file(ReportId report, BlobId id, const Sink& sink) {
  const auto reply = transport_->send("GET", "/api/v1/reports/" + to_text(report) + "/files/" + to_text(id), {}, sink);
  if (!reply) return reply.error();
  if (reply->status != 200) return Problem{detail_of(*reply)};
  return {};
}

Outcome<bool> ConsoleClient::put_answer(const storage::Answer& answer) {
  const json::object body{{"tag", encoded(answer.tag)}, {"sealed", encoded(answer.sealed)}};
  const auto reply = transport_->send("POST", "/api/v1/answers", json::serialize(body), {});
  if (!reply) return reply.error();
  if (reply->status == 409) return false;
  if (reply->status != 201) return Problem{detail_of(*reply)};
  return true;
}

Outcome<std::vector<storage::Case>> ConsoleClient::cases(DeskId desk_id) {
  const auto answer = call("GET", "/api/v1/cases");
  if (!answer) return answer.error();
  return list_of(*answer, "cases", [&](const json::object& entry) { return console::case_from(entry, desk_id); });
}

Outcome<std::vector<storage::Event>> ConsoleClient::events(CaseId id) {
  const auto reply = transport_->send("GET", "/api/v1/cases/" + to_text(id) + "/events", {}, {});
  if (!reply) return reply.error();
  if (reply->status == 404 || reply->status == 403) return std::vector<storage::Event>();
  if (reply->status != 200) return Problem{detail_of(*reply)};
  boost::system::error_code error;
  const json::value answer = json::parse(reply->body, error);
  if (error) return not_understood();
  auto events = list_of(answer, "events", event_of_list);
  if (!events) return events;
  for (storage::Event& event : *events) {
    // What was signed for another case must not be taken for this one's; it stands there as one that does not open.
    if (event.case_id != id) event = {.number = event.number, .id = event.id, .case_id = id, .author = event.author, .recorded_hour = event.recorded_hour, .sealed = {}};
  }
  return events;
}

Outcome<void> ConsoleClient::append_events(CaseId id, const std::vector<storage::Event>& events, std::optional<std::int64_t> last_seen) {
  json::object body{{"events", array_of(events)}};
  if (last_seen) body["after"] = *last_seen;
  const auto reply = transport_->send("POST", "/api/v1/cases/" + to_text(id) + "/events", json::serialize(body), {});
  if (!reply) return reply.error();
  if (reply->status == 404) return Problem{"this case is not there any more: a colleague has deleted it"};
  if (reply->status != 201) return Problem{detail_of(*reply)};
  return {};
}

Outcome<std::vector<std::string>> ConsoleClient::text_gateways() {
  const auto answer = call("GET", "/api/v1/gateways");
  if (!answer) return answer.error();
  const json::value* list = answer->is_object() ? answer->get_object().if_contains("gateways") : nullptr;
  if (list == nullptr || !list->is_array()) return not_understood();
  std::vector<std::string> names;
  for (const json::value& entry : list->get_array()) {
    const json::value* name = entry.is_object() ? entry.get_object().if_contains("name") : nullptr;
    if (name == nullptr || !name->is_string()) return not_understood();
    names.emplace_back(name->get_string());
  }
  return names;
}

Outcome<void> ConsoleClient::order_text(CaseId id, const TextOrder& order) {
  json::object body{{"id", to_text(order.id)}, {"gateway", order.gateway}, {"to", order.to}, {"text", order.text}, {"at_any_hour", order.at_any_hour}};
  if (!order.from.empty()) body["from"] = order.from;
  const auto reply = transport_->send("POST", "/api/v1/cases/" + to_text(id) + "/texts", json::serialize(body), {});
  if (!reply) return reply.error();
  if (reply->status != 202) return Problem{detail_of(*reply)};
  return {};
}

Outcome<std::vector<storage::TextRow>> ConsoleClient::texts(CaseId id) {
  const auto answer = call("GET", "/api/v1/cases/" + to_text(id) + "/texts");
  if (!answer) return answer.error();
  return list_of(*answer, "texts", console::text_from);
}

Outcome<storage::Removed> ConsoleClient::remove(const std::vector<CaseId>& cases, const std::vector<ReportId>& reports) {
  json::array case_ids;
  for (const CaseId& id : cases) case_ids.emplace_back(to_text(id));
  json::array report_ids;
  for (const ReportId& id : reports) report_ids.emplace_back(to_text(id));
  const json::object body{{"cases", std::move(case_ids)}, {"reports", std::move(report_ids)}};
  const auto answer = call("POST", "/api/v1/deletions", json::serialize(body));
  if (!answer) return answer.error();
  const json::object* object = answer->if_object();
  const auto count = [&](std::string_view name) {
    const auto number = object != nullptr ? console::number_field(*object, name, 0, 1'000'000) : Result<std::int64_t>(Errc::malformed);
    return number ? static_cast<std::size_t>(*number) : 0;
  };
  return storage::Removed{.cases = count("cases"), .reports = count("reports"), .files = count("files")};
}

Outcome<void> ConsoleClient::invite(const ByteArray<32>& code_hash, const std::string& name, storage::Role role) {
  const json::object body{{"code_hash", encoded(code_hash)}, {"name", name}, {"role", console::role_name(role)}};
  const auto answer = call("POST", "/api/v1/invitations", json::serialize(body));
  if (!answer) return answer.error();
  return {};
}

Outcome<ConsoleClient::Invited> ConsoleClient::invitation(const ByteArray<32>& code_hash) {
  const auto reply = transport_->send("GET", "/api/v1/invitations/" + id_to_hex(code_hash), {}, {});
  if (!reply) return reply.error();
  if (reply->status == 404) return Problem{"this invitation is unknown, used or too old: ask for a new one"};
  if (reply->status != 200) return Problem{detail_of(*reply)};
  boost::system::error_code error;
  const json::value answer = json::parse(reply->body, error);
  const json::object* object = error ? nullptr : answer.if_object();
  const json::value* described = object != nullptr ? object->if_contains("desk") : nullptr;
  if (described == nullptr || !described->is_object()) return not_understood();
  auto desk = console::desk_from(described->get_object());
  const auto name = console::text_field(*object, "name", console::name_bytes_max);
  const auto role_text = console::text_field(*object, "role", 32);
  if (!desk || !name || !role_text) return not_understood();
  const auto role = console::role_from(*role_text);
  if (!role) return not_understood();
  // Right after these stand the words that the new member reads to a colleague: nothing may move or hide them.
  if (printable(desk->name) != desk->name || printable(*name) != *name) {
    return Problem{"the server calls you or the desk by a name with control characters: do not go on, tell who invited you"};
  }
  return Invited{std::move(*desk), std::string(*name), *role};
}

Outcome<std::vector<storage::Invitation>> ConsoleClient::invitations() {
  const auto answer = call("GET", "/api/v1/invitations");
  if (!answer) return answer.error();
  return list_of(*answer, "invitations", [](const json::object& entry) -> Result<storage::Invitation> {
    const auto id = console::id_field<InvitationId>(entry, "id");
    const auto name = console::text_field(entry, "name", console::name_bytes_max);
    const auto role_text = console::text_field(entry, "role", 32);
    const auto made = console::number_field(entry, "made_hour", 0, 10'000'000);
    const auto expiry = console::number_field(entry, "expiry_hour", 0, 10'000'000);
    if (!id || !name || !role_text || !made || !expiry) return Errc::malformed;
    const auto role = console::role_from(*role_text);
    if (!role) return role.error();
    const auto by = console::id_field<MemberId>(entry, "invited_by");
    return storage::Invitation{{}, {}, std::string(*name), *role, *expiry, *id, by ? *by : MemberId{}, *made};
  });
}

Outcome<void> ConsoleClient::withdraw(InvitationId id) {
  const auto answer = call("DELETE", "/api/v1/invitations/" + to_text(id));
  if (!answer) return answer.error();
  return {};
}

Outcome<void> ConsoleClient::enrol(const ByteArray<32>& code_hash, const storage::Member& member) {
  const json::object body{{"code_hash", encoded(code_hash)},
                          {"member", console::to_json(member)},
                          {"salt", encoded(member.salt)},
                          {"auth_hash", encoded(member.auth_hash)},
                          {"wrapped_secret", encoded(member.wrapped_secret)},
                          {"recovery_wrapped", encoded(member.recovery_wrapped)},
                          {"recovery_auth_hash", encoded(member.recovery_hash)}};
  const auto answer = call("POST", "/api/v1/members", json::serialize(body));
  if (!answer) return answer.error();
  return {};
}

Outcome<void> ConsoleClient::vouch(MemberId id, const crypto::Signature& voucher) {
  const auto answer = call("PUT", "/api/v1/members/" + to_text(id) + "/voucher", json::serialize(json::object{{"voucher", encoded(voucher)}}));
  if (!answer) return answer.error();
  return {};
}

Outcome<void> ConsoleClient::remove_member(MemberId id) {
  const auto answer = call("DELETE", "/api/v1/members/" + to_text(id));
  if (!answer) return answer.error();
  return {};
}

}  // namespace hotline::cli
