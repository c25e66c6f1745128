#pragma once

#include "config/bytes.hpp"
#include "config/limits.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "server/conversation/dialogue.hpp"
#include "server/conversation/key_set.hpp"
#include "server/conversation/wording.hpp"
#include "server/sms/asked.hpp"
#include "server/sms/message.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::conversation {

/// What is to be sent to whoever wrote.
struct Answer {
  std::vector<std::string> texts;   ///< in this order; empty: nothing
  bool urgent = false;              ///< an answer to DANGER: before all others
  bool not_safe = false;            ///< this text says that texts are not safe: what still waits to leave must not, but for answers to DANGER
};

/// Where each conversation stands, in memory only: under a keyed hash of gateway and number whose key dies with the process. No word and no
/// number is kept. Whoever has been silent longest is forgotten first, but not that texts are not safe: a day of silence makes no phone safe. `now`: seconds since 1970. Any thread; nothing waits.
class Conversations {
 public:
  Conversations(Wording wording, const Limits& limits);

  /// What the sender of a text had been asked; changes nothing.
  sms::Asked asked(std::string_view gateway, AutomaticTexts mode, const sms::Message& message, std::int64_t now) const;
  /// A text has come: what is answered. Nothing is, to what asks for no texts (STOP), is marked late or not well readable, comes from no
  /// phone, is the same words again, or is over the day's number; to a part of a long text only to the first, which has its beginning.
  Answer heard(std::string_view gateway, AutomaticTexts mode, const sms::Message& message, std::int64_t now);
  /// A text has come that gets no answer, whatever it says: only whether texts are safe is kept. True: it says that they are
  /// not (Answer::not_safe).
  bool overheard(std::string_view gateway, AutomaticTexts mode, const sms::Message& message, std::int64_t now);
  /// A caseworker writes to that number: from now on only danger is answered, until nobody has written for `conversation_silence`.
  void by_hand(std::string_view gateway, std::string_view number, std::int64_t now);

  std::size_t size() const;

 private:
  using Key = KeySet::Key;
  using Mark = ByteArray<8>;
  struct Entry {
    Key key{};
    State state;
    std::int64_t last_at = 0;
    std::int64_t day_began = 0;
    std::size_t texts_in_day = 0;
    Mark last_words{};               ///< keyed hash of the last text
    int same_words = 0;              ///< how often it has come again
    Mark danger_reference{};         ///< of the long text whose danger was answered
  };
  /// What a text does to an entry, and what is said.
  struct Plan {
    Entry after;
    std::vector<Say> say;
    bool danger = false;
    bool not_safe = false;           ///< the text says so
    bool safe_again = false;         ///< the text lifts not-safe
  };

  Key key_of(std::string_view gateway, std::string_view number) const;
  Mark mark_of(Bytes bytes) const;
  std::string code_of(const Key& key, std::size_t language) const;
  Entry current(const Key& key, std::int64_t now) const;
  Plan plan(const Key& key, AutomaticTexts mode, const sms::Message& message, std::int64_t now) const;
  void keep(Entry entry, std::int64_t now);

  Wording wording_;
  const Limits& limits_;
  crypto::Secret<32> secret_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;         ///< the last one heard in front
  std::map<Key, std::list<Entry>::iterator> by_key_;
  KeySet not_safe_;                  ///< State::not_safe of those whose entry is gone as well
};

}  // namespace hotline::conversation
