#include "server/console/sessions.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace hotline::console {
namespace {

ByteArray<32> token_hash(std::string_view token) {
  return crypto::blake2b({as_bytes("hotline/v1/session"), as_bytes(token)});
}

}  // namespace

bool Sessions::has_ended(const Session& session, std::int64_t now) const {
  return session.ends_at <= now || now - session.seen_at >= limits_.session_idle_minutes * 60;
}

std::string Sessions::open(SignedIn who, ClientKind client) {
  const auto secret = crypto::random_secret<32>();
  std::string token = crypto::to_base64(secret.reveal(), crypto::Base64::url_unpadded);
  const std::int64_t now = clock_.now();
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return has_ended(entry.second, now); });
  if (sessions_.size() >= limits_.console_sessions_max) make_room();
  sessions_.insert_or_assign(token_hash(token), Session{std::move(who), crypto::random_id<SessionId>(), client, now, now, now,
                                                        now + limits_.session_hours * 3600, {}});
  return token;
}

void Sessions::make_room() {
  std::map<MemberId, std::size_t> counts;
  for (const auto& [hash, session] : sessions_) ++counts[session.who.member];
  // Who has the most comes first; of theirs, what ends soonest.
  sessions_.erase(std::ranges::min_element(sessions_, {}, [&](const auto& entry) {
    return std::pair(sessions_.size() - counts[entry.second.who.member], entry.second.ends_at);
  }));
}

std::optional<SignedIn> Sessions::find(std::string_view token) {
  const std::int64_t now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(token_hash(token));
  if (found == sessions_.end() || has_ended(found->second, now)) return std::nullopt;
  found->second.seen_at = now;
  SignedIn who = found->second.who;
  // A clock that was set back proves nothing: it is asked once more.
  const std::int64_t since = now - found->second.proved_at;
  who.proved_lately = since >= 0 && since < proof_seconds;
  return who;
}

std::vector<SessionView> Sessions::of_member(MemberId member, std::string_view token) {
  const std::int64_t now = clock_.now();
  const auto own = token_hash(token);
  std::vector<const Session*> found;
  std::vector<SessionView> views;
  const std::lock_guard lock(mutex_);
  const Session* current = nullptr;
  for (const auto& [hash, session] : sessions_) {
    if (session.who.member != member || has_ended(session, now)) continue;
    found.push_back(&session);
    if (hash == own) current = &session;
  }
  std::ranges::sort(found, [](const Session* a, const Session* b) { return std::tie(a->begun_at, a->id) < std::tie(b->begun_at, b->id); });
  for (const Session* session : found) {
    views.push_back({session->id, session->client, session->begun_at / 3600, session->seen_at / 3600, session == current});
  }
  return views;
}

void Sessions::close(std::string_view token) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(token_hash(token));
}

bool Sessions::close(MemberId member, SessionId id) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(sessions_, [&](const auto& entry) { return entry.second.who.member == member && entry.second.id == id; }) > 0;
}

void Sessions::close_all_of(MemberId member) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.who.member == member; });
}

void Sessions::close_others_of(MemberId member, std::string_view token) {
  const auto own = token_hash(token);
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.who.member == member && entry.first != own; });
}

bool Sessions::still_opened_by(std::string_view token, const ByteArray<32>& auth_hash) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(token_hash(token));
  if (found == sessions_.end()) return false;
  auto& known = found->second.auth_hashes;
  if (known.empty()) known.push_back(auth_hash);
  if (std::ranges::find(known, auth_hash) != known.end()) return true;
  sessions_.erase(found);
  return false;
}

void Sessions::will_be_opened_by(std::string_view token, const ByteArray<32>& auth_hash) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(token_hash(token));
  if (found == sessions_.end()) return;
  auto& known = found->second.auth_hashes;
  if (known.size() >= auth_hashes_max) known.erase(known.begin());
  known.push_back(auth_hash);
}

void Sessions::prove(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(token_hash(token));
  if (found != sessions_.end()) found->second.proved_at = clock_.now();
}

void Sessions::enrolled(MemberId member) {
  const std::lock_guard lock(mutex_);
  for (auto& [hash, session] : sessions_) {
    if (session.who.member == member) session.who.must_enrol = false;
  }
}

}  // namespace hotline::console
