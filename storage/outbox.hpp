#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hotline::storage {

/// What has become of a text to a reporter. Kept as the number.
enum class TextState : std::uint8_t {
  waiting = 1,     ///< to be handed to the gateway
  sent = 2,        ///< the gateway has it
  delivered = 3,   ///< it has reached the phone, as the gateway says
  refused = 4,     ///< the gateway will not, or could not deliver it
  not_sent = 5,    ///< we gave up; to be sent again by whoever still wants it
};

/// Why, where the state alone does not tell. Kept as the number.
enum class TextReason : std::uint8_t {
  none = 0,
  opted_out = 1,       ///< refused: the person texted STOP
  bad_number = 2,      ///< refused: no such number, or none that takes texts
  account = 3,         ///< refused: our account, its secret or its balance
  content = 4,         ///< refused: what is written, or how long it is
  undelivered = 5,     ///< refused: the gateway took it and could not deliver it
  other = 6,           ///< refused for another reason: see `code`
  restarted = 7,       ///< not sent: the server ended first
  perhaps_sent = 8,    ///< not sent, as far as is known: the server ended, or the line broke, while it was being handed over
  expired = 9,         ///< not sent: the gateway took nothing for Limits::text_hours
  cancelled = 10,      ///< not sent: a member took it back
  no_gateway = 11,     ///< not sent: the settings have no such gateway any more
  became_unsafe = 12,  ///< not sent: the person said, after it was ordered, that texts are not safe
};

/// What a case shows of a text: nothing of whom it goes to, nor of what it says.
struct TextRow {
  TextId id;
  CaseId case_id;
  MemberId author;
  std::string gateway;
  std::int64_t queued_hour = 0;
  TextState state = TextState::waiting;
  TextReason reason = TextReason::none;
  std::string code;                 ///< the gateway's own error code, letters, digits, . _ -, at most 32; may be empty
  std::int64_t state_hour = 0;
};

/// Keyed hash of a gateway's name for a text, to find the text that a delivery report is about.
using ReportKey = ByteArray<32>;

/// Texts on their way to reporters. The sealed words are there only while a text waits.
class Outbox {
 public:
  virtual ~Outbox() = default;
  /// Committed: it waits. `sealed`, to a key of the process, holds number and text. Errc::not_found: no such case. The same id again is there already: done;
  /// with another case or gateway: Errc::duplicate. Errc::busy: Limits::outbox_max wait.
  virtual Awaitable<Result<void>> add(TextRow row, ByteVector sealed) = 0;
  /// It is about to be handed over: if the process ends now, nobody knows whether it was. Errc::not_found: it waits no more.
  /// Gives the sealed words.
  virtual Awaitable<Result<ByteVector>> attempt(TextId id) = 0;
  /// The attempt came to nothing for sure; it goes on waiting. Errc::not_found: it waits no more.
  virtual Awaitable<Result<void>> retry(TextId id) = 0;
  /// It waits no more, and its sealed words are gone. `keys`: what delivery reports will name it by, each for one part of it.
  /// Errc::not_found: it did not wait.
  virtual Awaitable<Result<void>> settle(TextId id, TextState state, TextReason reason, std::string code, std::vector<ReportKey> keys,
                                         std::int64_t hour) = 0;
  /// A delivery report about a part: delivered, or refused with a reason. A text is delivered when all its parts are, refused when one
  /// is; what is delivered or refused stays so; `perhaps_sent` gives way to it. Errc::not_found: no text is known by that key (yet).
  virtual Awaitable<Result<void>> report(ReportKey key, TextState state, TextReason reason, std::string code, std::int64_t hour) = 0;
  /// Of that case, in order of queueing.
  virtual Awaitable<Result<std::vector<TextRow>>> of_case(CaseId id) = 0;
  /// At start: what still waits was sealed to a key that is gone. Gives how many became `not_sent`.
  virtual Awaitable<Result<std::size_t>> give_up_all(std::int64_t hour) = 0;
};

}  // namespace hotline::storage
