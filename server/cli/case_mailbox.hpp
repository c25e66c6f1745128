#pragma once

#include "crypto/age_keys.hpp"
#include "crypto/answer_format.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/secret.hpp"
#include "server/cli/casebook.hpp"

#include <vector>

namespace hotline::cli {

/// The reporter's mailbox as a caseworker writes into it: what it needs travels in the sealed report.
struct ReporterMailbox {
  crypto::SecretBuffer key;
  crypto::age::Recipient recipient;

  static constexpr std::uint32_t tags_max = crypto::answer_window * crypto::answer_windows_max;
  /// Below it every reader looks, whatever has expired.
  static constexpr std::uint32_t tags_always_read = crypto::answer_window * crypto::answer_windows_min;

  /// Of a thread, which is one reporter's. The line says why there is none: it came by SMS, or the reporter left no way back.
  static Outcome<ReporterMailbox> of(const Thread& thread);

  /// Puts parts under tags from `tag` on, in order; those that others took are passed over. Gives the first tag after them.
  /// Called again with the same parts and tag it stores nothing twice.
  Outcome<std::uint32_t> put(ConsoleClient& client, const std::vector<ByteVector>& parts, std::uint32_t tag) const;
};

/// The first tag that is worth trying on a day (since 1970) in the mailbox of `to`: those that earlier answers to it took are known from the events of
/// `file`, the thread that has the case, which can be about others too. One that is too low costs a request; one that is too high leaves a gap beyond
/// which nobody looks. So behind the tags that are asked for in any case it begins again at 0, where the oldest have expired (docs/decisions/0058).
std::uint32_t first_free_tag(const Thread& file, const Thread& to, std::int64_t day);

}  // namespace hotline::cli
