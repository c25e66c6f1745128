#include "server/cli/keyring.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/padding.hpp"
#include "crypto/secret_json.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hotline::cli {
namespace {

namespace json = boost::json;

std::string_view scope_name(storage::ScopeKind kind) {
  switch (kind) {
    case storage::ScopeKind::desk_key: return "desk_key";
    case storage::ScopeKind::epoch: return "epoch";
    case storage::ScopeKind::case_: return "case";
  }
  return "unknown";
}

std::optional<crypto::age::Identity> identity_of(const json::value& text) {
  if (!text.is_string()) return std::nullopt;
  const auto bytes = crypto::secret_from_base64(std::string_view(text.get_string()), crypto::Base64::url_unpadded);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  return crypto::age::Identity::from_seed(crypto::Secret<32>(std::span<const Byte, 32>(bytes->reveal().data(), 32)));
}

/// The secrets of an `identity` object, if it is one of that scope: the one of now, then the earlier ones.
std::vector<crypto::age::Identity> identities_of(const crypto::SecretBuffer& document, const storage::Grant& grant) {
  std::vector<crypto::age::Identity> identities;
  boost::system::error_code error;
  const json::value value = json::parse(document.reveal_text(), error);
  const json::object* object = error ? nullptr : value.if_object();
  if (object == nullptr) return identities;
  const auto is = [&](std::string_view name, std::string_view expected) {
    const json::value* field = object->if_contains(name);
    return field != nullptr && field->is_string() && field->get_string() == expected;
  };
  const json::value* secret = object->if_contains("secret");
  if (!is("type", "identity") || !is("scope", scope_name(grant.kind)) || !is("id", id_to_hex(grant.scope)) || secret == nullptr) return identities;
  const auto add = [&](const json::value& text) {
    auto identity = identity_of(text);
    if (identity) identities.push_back(std::move(*identity));
    return identity.has_value();
  };
  if (!add(*secret)) return identities;
  const json::value* earlier = object->if_contains("earlier");
  if (earlier == nullptr || !earlier->is_array()) return identities;
  for (const json::value& text : earlier->get_array()) add(text);
  return identities;
}

}  // namespace

Keyring Keyring::open(const MemberKeys& member, const std::vector<storage::Grant>& grants) {
  Keyring keyring;
  for (const storage::Grant& grant : grants) {
    const auto document = crypto::age::open(std::span(&member.identity, 1), grant.sealed);
    auto identities = document ? identities_of(*document, grant) : std::vector<crypto::age::Identity>();
    if (identities.empty()) {
      ++keyring.unreadable_;
      continue;
    }
    keyring.held_.push_back({grant.kind, grant.scope, std::move(identities)});
  }
  return keyring;
}

std::vector<crypto::age::Identity> Keyring::open_case(const MemberKeys& member, const storage::Grant& grant, CaseId id) {
  if (grant.kind != storage::ScopeKind::case_ || grant.scope != id.bytes) return {};
  const auto document = crypto::age::open(std::span(&member.identity, 1), grant.sealed);
  return document ? identities_of(*document, grant) : std::vector<crypto::age::Identity>();
}

const Keyring::Held* Keyring::find(storage::ScopeKind kind, const ByteArray<16>& scope) const {
  const auto found = std::ranges::find_if(held_, [&](const Held& held) { return held.kind == kind && held.scope == scope; });
  return found != held_.end() ? &*found : nullptr;
}

const crypto::age::Identity* Keyring::epoch(EpochId id) const {
  const Held* held = find(storage::ScopeKind::epoch, id.bytes);
  return held != nullptr ? &held->identities.front() : nullptr;
}

const crypto::age::Identity* Keyring::case_(CaseId id) const {
  const Held* held = find(storage::ScopeKind::case_, id.bytes);
  return held != nullptr ? &held->identities.front() : nullptr;
}

std::span<const crypto::age::Identity> Keyring::case_keys(CaseId id) const {
  const Held* held = find(storage::ScopeKind::case_, id.bytes);
  return held != nullptr ? std::span<const crypto::age::Identity>(held->identities) : std::span<const crypto::age::Identity>();
}

std::optional<crypto::SigningKey> Keyring::desk_key(DeskId id) const {
  const Held* held = find(storage::ScopeKind::desk_key, id.bytes);
  if (held == nullptr) return std::nullopt;
  return crypto::SigningKey::from_seed(crypto::Secret<32>(held->identities.front().reveal_seed()));
}

Outcome<std::vector<storage::Grant>> Keyring::grants_for(const storage::Member& member, bool with_desk_key, const std::vector<CaseId>& without) const {
  std::vector<storage::Grant> grants;
  for (const Held& held : held_) {
    if (held.kind == storage::ScopeKind::desk_key && !with_desk_key) continue;
    if (held.kind == storage::ScopeKind::case_ && std::ranges::find(without, CaseId{held.scope}) != without.end()) continue;
    auto grant = make_grant(held.kind, held.scope, held.identities.front().reveal_seed(), member, std::span(held.identities).subspan(1));
    if (!grant) return grant.error();
    grants.push_back(std::move(*grant));
  }
  return grants;
}

Outcome<storage::Grant> make_grant(storage::ScopeKind kind, const ByteArray<16>& scope, std::span<const Byte, 32> secret,
                                   const storage::Member& member, std::span<const crypto::age::Identity> earlier) {
  const auto recipient = crypto::age::Recipient::from_bytes(member.recipient);
  if (!recipient) return Problem{"the key of member " + member.name + " cannot be used: ask them to enrol again"};
  crypto::SecretJson json;
  json.begin_object().number("v", 1).string("type", "identity").string("scope", scope_name(kind)).string("id", id_to_hex(scope));
  json.string("secret", crypto::secret_to_base64(secret, crypto::Base64::url_unpadded).reveal_text());
  if (!earlier.empty()) {
    json.key("earlier").begin_array();
    for (const crypto::age::Identity& identity : earlier) {
      json.string(crypto::secret_to_base64(identity.reveal_seed(), crypto::Base64::url_unpadded).reveal_text());
    }
    json.end_array();
  }
  json.end_object();
  auto document = std::move(json).finish();
  if (!crypto::pad_json(document)) return Problem{"the identity is too large to seal"};
  auto sealed = crypto::age::seal(std::span(&*recipient, 1), document.reveal());
  if (!sealed) return Problem{"sealing to member " + member.name + " failed"};
  return storage::Grant{kind, scope, member.id, std::move(*sealed)};
}

}  // namespace hotline::cli
