#pragma once

#include "config/ids.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/secret.hpp"
#include "server/intake/submission.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::intake {

/// The way back that travels inside the sealed text: where answers are stored and what they are sealed to.
struct WayBack {
  Bytes mailbox_key;                          ///< 32 bytes
  const crypto::age::Recipient& recipient;
};

/// What every message says of itself.
struct MessageHead {
  DeskId desk;                                ///< whom it is meant for
  const std::vector<std::string>& never;      ///< names of desks that must not learn of it
  std::string_view language;
};

/// What someone who writes again asks for besides.
enum class Wish : std::uint8_t { none, erase, consents };

/// The JSON of docs/formats.md, in wiped memory, not yet padded.
/// `answers` are the form's fields that the questionnaire knows, in the order received.
crypto::SecretBuffer report_document(const MessageHead& head, const Submission& submission, const WayBack& back,
                                     const Questionnaire& questionnaire);

/// A reporter who writes again; of the questions only whether they are safe. With Wish::consents, what is ticked in the form replaces all consents given before.
crypto::SecretBuffer followup_document(const MessageHead& head, const Submission& submission, const WayBack& back, Wish wish,
                                       const Questionnaire& questionnaire);

/// Pads and seals a document to one recipient. Errc::too_large over 128 KiB. The document is wiped.
Result<ByteVector> seal_document(crypto::SecretBuffer document, const crypto::age::Recipient& recipient);

}  // namespace hotline::intake
