#pragma once

#include "config/ids.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/secret.hpp"
#include "server/intake/submission.hpp"

#include <string_view>

namespace hotline::intake {

/// The way back that travels inside the sealed text: where answers are stored and what they are sealed to.
struct WayBack {
  Bytes mailbox_key;                          ///< 32 bytes
  const crypto::age::Recipient& recipient;
};

/// The JSON of docs/formats.md, in wiped memory, not yet padded.
/// `answers` are the form's fields that the questionnaire knows, in the order received.
crypto::SecretBuffer report_document(DeskId desk, std::string_view language, const Submission& submission, const WayBack& back,
                                     const Questionnaire& questionnaire);

/// A reporter who writes again, or asks that everything be deleted (`wish_delete`).
crypto::SecretBuffer followup_document(DeskId desk, std::string_view language, const Submission& submission, const WayBack& back,
                                       bool wish_delete);

/// Pads and seals a document to one recipient. Errc::too_large over 128 KiB. The document is wiped.
Result<ByteVector> seal_document(crypto::SecretBuffer document, const crypto::age::Recipient& recipient);

}  // namespace hotline::intake
