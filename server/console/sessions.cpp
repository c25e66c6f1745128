#include "server/console/sessions.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

ByteArray<32> token_hash(std::string_view token) {
  return crypto::blake2b({as_bytes("hotline/v1/session"), as_bytes(token)});
}

}  // namespace

std::string Sessions::open(SignedIn who) {
  const auto secret = crypto::random_secret<32>();
  std::string token = crypto::to_base64(secret.reveal(), crypto::Base64::url_unpadded);
  const std::int64_t now = clock_.now();
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [now](const auto& entry) { return entry.second.ends_at <= now; });
  if (sessions_.size() >= limits_.console_sessions_max) {
    sessions_.erase(std::ranges::min_element(sessions_, {}, [](const auto& entry) { return entry.second.ends_at; }));
  }
  sessions_.insert_or_assign(token_hash(token), Session{std::move(who), now + limits_.session_hours * 3600});
  return token;
}

std::optional<SignedIn> Sessions::find(std::string_view token) {
  const std::int64_t now = clock_.now();
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(token_hash(token));
  if (found == sessions_.end() || found->second.ends_at <= now) return std::nullopt;
  return found->second.who;
}

void Sessions::close(std::string_view token) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(token_hash(token));
}

void Sessions::close_all_of(MemberId member) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.who.member == member; });
}

}  // namespace hotline::console
