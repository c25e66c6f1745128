#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "storage/members.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::console {

/// Who is behind a session cookie.
struct SignedIn {
  MemberId member;
  DeskId desk;
  storage::Role role = storage::Role::caseworker;
  std::string name;
  bool must_enrol = false;          ///< has no second factor where one is required: may do nothing but add one
  bool proved_lately = false;       ///< showed passphrase and second factor within Sessions::proof_seconds
};

/// What asks: a page in a browser, or a program.
enum class ClientKind { browser, command };

/// A session as its member sees it.
struct SessionView {
  SessionId id;
  ClientKind client = ClientKind::command;
  std::int64_t begun_hour = 0;      ///< hours since 1970
  std::int64_t seen_hour = 0;
  bool current = false;             ///< the one that asks
};

/// Sessions of signed-in members, in memory only: a restart signs everyone out. Only hashes of the tokens are kept.
/// Any thread.
class Sessions {
 public:
  static constexpr std::int64_t proof_seconds = 600;
  static constexpr std::size_t auth_hashes_max = 8;   ///< that one session knows: tries to change a passphrase which fail are among them

  Sessions(const Clock& clock, const Limits& limits) : clock_(clock), limits_(limits) {}

  /// A new session's token (43 characters, base64url of 32 random bytes). When Limits::console_sessions_max is reached,
  /// of whoever has the most the session that ends soonest makes room: nobody who knows one passphrase ends the sessions of others.
  std::string open(SignedIn who, ClientKind client = ClientKind::command);
  /// Nothing for an unknown, ended or malformed token. One that nobody asked with for Limits::session_idle_minutes has ended.
  std::optional<SignedIn> find(std::string_view token);
  /// A member's sessions in order of beginning; `token` is that of the one who asks.
  std::vector<SessionView> of_member(MemberId member, std::string_view token);
  void close(std::string_view token);
  /// False when the member has no session of that id.
  bool close(MemberId member, SessionId id);
  /// Ends every session of a member who was removed.
  void close_all_of(MemberId member);
  /// All but the one with that token.
  void close_others_of(MemberId member, std::string_view token);
  /// Whether the passphrase is still the one that this session began with, or that was set in it. The first time it is learned. A session that began
  /// with another ends. What is written to the database by a command beside the server is seen in this way.
  bool still_opened_by(std::string_view token, const ByteArray<32>& auth_hash);
  /// This passphrase is going to be set in that session.
  void will_be_opened_by(std::string_view token, const ByteArray<32>& auth_hash);
  /// Whoever has that token has just shown again who they are.
  void prove(std::string_view token);
  /// The member has a second factor now.
  void enrolled(MemberId member);

 private:
  struct Session {
    SignedIn who;
    SessionId id;
    ClientKind client = ClientKind::command;
    std::int64_t begun_at = 0;    ///< seconds since 1970
    std::int64_t seen_at = 0;
    std::int64_t proved_at = 0;
    std::int64_t ends_at = 0;
    std::vector<ByteArray<32>> auth_hashes;   ///< the one that it began with, and those that were set in it; none before the first is learned
  };

  void make_room();
  bool has_ended(const Session& session, std::int64_t now) const;
  const Clock& clock_;
  const Limits& limits_;
  std::mutex mutex_;
  std::map<ByteArray<32>, Session> sessions_;
};

}  // namespace hotline::console
