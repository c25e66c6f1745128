#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "storage/members.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::console {

/// Who is behind a session cookie.
struct SignedIn {
  MemberId member;
  DeskId desk;
  storage::Role role = storage::Role::caseworker;
  std::string name;
};

/// Sessions of signed-in members, in memory only: a restart signs everyone out. Only hashes of the tokens are kept.
/// Any thread.
class Sessions {
 public:
  Sessions(const Clock& clock, const Limits& limits) : clock_(clock), limits_(limits) {}

  /// A new session's token (43 characters, base64url of 32 random bytes). When Limits::console_sessions_max is reached the
  /// session that ends soonest makes room.
  std::string open(SignedIn who);
  /// Nothing for an unknown, ended or malformed token.
  std::optional<SignedIn> find(std::string_view token);
  void close(std::string_view token);
  /// Ends every session of a member who was removed.
  void close_all_of(MemberId member);

 private:
  struct Session {
    SignedIn who;
    std::int64_t ends_at = 0;     ///< seconds since 1970
  };
  const Clock& clock_;
  const Limits& limits_;
  std::mutex mutex_;
  std::map<ByteArray<32>, Session> sessions_;
};

}  // namespace hotline::console
