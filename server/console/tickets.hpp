#pragma once

#include "config/clock.hpp"
#include "config/ids.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::console {

/// What someone who has proved one thing may go on with, once and soon.
struct Ticket {
  enum class For { second_factor, recovery, paper_code, proof };
  For purpose = For::second_factor;
  MemberId member;
  ByteArray<32> challenge{};        ///< for a passkey to sign
  ByteArray<32> proof{};            ///< hash of what was proved: the member's of that moment
  ByteArray<32> shown{};            ///< hash of a second factor that was right and is used up, where what came behind it failed; else zeros
};

/// Tickets that are out, in memory only, under hashes of their text. Any thread.
class Tickets {
 public:
  static constexpr std::int64_t second_factor_seconds = 120;
  static constexpr std::int64_t recovery_seconds = 600;       ///< a new passphrase is thought of meanwhile
  static constexpr unsigned tries = 5;
  static constexpr std::size_t out_max = 1024;                ///< the one that ends soonest makes room
  static constexpr std::size_t of_member_max = 8;             ///< of one purpose; their own oldest makes room, so that nobody ends another's

  explicit Tickets(const Clock& clock) : clock_(clock) {}

  /// The ticket's text: 43 characters, base64url of 32 random bytes.
  std::string open(Ticket ticket);
  /// Uses up one try. Nothing for a ticket that is unknown, of another purpose, too old or used up.
  std::optional<Ticket> take_try(std::string_view text, Ticket::For purpose);
  /// Ends it; of several who come with the same ticket one gets true.
  bool finish(std::string_view text);
  /// Of several one gets true, and nobody takes a try until it is given back or finished.
  bool hold(std::string_view text);
  /// What it was held for failed by our fault: the try does not count, and who comes with the same second factor need not show another.
  void give_back(std::string_view text, const ByteArray<32>& shown);
  void close_all_of(MemberId member);

 private:
  struct Out {
    Ticket ticket;
    std::int64_t ends_at = 0;     ///< seconds since 1970
    std::uint64_t number = 0;     ///< in order of opening
    unsigned tries_left = tries;
    bool held = false;
  };
  void make_room(const Ticket& ticket);

  const Clock& clock_;
  std::mutex mutex_;
  std::map<ByteArray<32>, Out> out_;
  std::uint64_t opened_ = 0;
};

}  // namespace hotline::console
