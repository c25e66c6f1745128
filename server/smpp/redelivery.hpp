#pragma once

#include "config/bytes.hpp"
#include "config/clock.hpp"
#include "crypto/secret.hpp"
#include "server/smpp/pdu.hpp"

#include <chrono>
#include <cstdint>
#include <unordered_map>

namespace hotline::smpp {

/// Tells a text that the operator delivers again from one that a person writes again.
///
/// deliver_sm carries no id of the message, and its sequence number is only the link's. An operator that did not get our answer (the
/// line broke, or we were slow) delivers the same text once more: that must not become two. But people answer "1" twice to two
/// questions within a minute: that must not become one, for a lost text costs more than a doubled one. So:
///   - With a receipted_message_id that is more than zeros, the text is that id with its content, whenever it comes.
///   - Else it is its content (numbers, coding, class, parts, references, words), and a text of the same content is the same text only
///     where the operator can have missed our answer:
///       on the same link, when the first had waited `slow` for it, or still does, for `slow_repeat_within` after it came;
///       on a later link, when nothing proves that the operator read it in time, for `repeat_within` after the bind. An answer
///       to a request of ours that was sent behind it is proof: both go through the same pipe in order;
///     or where our answer asked for it again.
///   - Across a restart nothing of this is remembered. So the key of the first text of some content in a clock hour is made of the
///     content and that hour alone, and the database, which knows the key from before the restart, finds the doubled one.
///     In the hour of the first bind this goes for its first `repeat_within`, no longer: somebody may write the same again.
///     What this still doubles: a text delivered before the hour's end and again, behind a restart, after it; of two equal texts in an
///     hour the second, when it is delivered again behind a restart as the second; and of two equal texts whose answers were lost with the
///     same line, one. What it loses: a text equal to one of the same hour from before the restart, within ten minutes of it.
/// Only keyed hashes are kept, under a key that dies with the process. One thread at a time.
class Redelivery {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds slow{5};             ///< the shortest patience of operators' centres
  static constexpr std::chrono::minutes slow_repeat_within{2};
  static constexpr std::chrono::minutes repeat_within{10};
  static constexpr std::size_t remembered_max = 4096;

  explicit Redelivery(const Clock& clock);

  /// A link was bound; what was not proved to be read on the last one may come again.
  void on_bound(Time now);

  /// Gives sms::Message::dedupe for what was delivered as number `delivery` of this link: counted from 1, in order. `pdu`: for what could
  /// not be read, which is known by all its bytes behind the header.
  crypto::SecretBuffer key_of(const ShortMessage* message, Bytes pdu, std::uint64_t delivery, Time now);

  /// That delivery of this link was answered: it is stored, or it is to come again.
  void on_answered(std::uint64_t delivery, bool stored, Time now);
  /// The operator has read our answer to it.
  void on_read(std::uint64_t delivery);

 private:
  using Hash = ByteArray<32>;
  struct HashOfHash {
    std::size_t operator()(const Hash& hash) const noexcept;
  };
  struct Entry {
    Hash key;                      ///< what key_of() gave
    std::uint64_t link = 0;
    std::uint64_t delivery = 0;
    Time received;
    Time answered;
    bool is_answered = false;
    bool wanted = false;           ///< our answer asked for it again
    bool read = false;
    std::int64_t hour = 0;
  };

  bool may_repeat(const Entry& entry, Time now) const;
  void make_room();
  Entry* find(std::uint64_t delivery);

  const Clock& clock_;
  crypto::Secret<32> secret_;
  std::unordered_map<Hash, Entry, HashOfHash> entries_;      ///< by content, keyed
  std::unordered_map<std::uint64_t, Hash> deliveries_;       ///< of this link, not yet read
  std::uint64_t link_ = 0;
  Time bound_{};
  Time first_bound_{};
  std::int64_t first_hour_ = 0;
  std::int64_t forgotten_hour_ = -1;   ///< texts of this hour were forgotten for want of room
  std::int64_t newest_hour_ = 0;       ///< a clock that is set back comes to hours again whose first texts have been
};

}  // namespace hotline::smpp
