#pragma once

#include "crypto/secret.hpp"
#include "server/smpp/pdu.hpp"
#include "server/smpp/short_message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::smpp {

/// Section 5.2.28.
enum class MessageState : std::uint8_t {
  scheduled = 0,                   ///< of later versions
  enroute = 1,
  delivered = 2,
  expired = 3,
  deleted = 4,
  undeliverable = 5,
  accepted = 6,                    ///< read for the person by somebody else
  unknown = 7,
  rejected = 8,
};

/// What an operator says has become of a part of a text of ours.
struct Receipt {
  crypto::SecretBuffer id;         ///< as this report writes it: see spellings()
  MessageState state = MessageState::unknown;
  std::string code;                ///< the operator's own: letters and digits, at most 32; "000" and absence are empty
  /// Nothing more will come: it has reached the phone, or never will.
  bool final() const noexcept { return state != MessageState::scheduled && state != MessageState::enroute && state != MessageState::unknown; }
  bool delivered() const noexcept { return state == MessageState::delivered; }
};

/// Reads a deliver_sm or data_sm as a delivery report; nothing when it is none, or not one that can be read: then it is a text like any
/// other. What esm_class does not call a report is one only with both TLVs, which no phone can send: a person's words never are. Any
/// thread.
std::optional<Receipt> read_receipt(const ShortMessage& message, DefaultAlphabet alphabet);

/// "id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…" of appendix B, its fields in any order and case, and some missing.
/// Nothing without an id and a state.
std::optional<Receipt> read_receipt_text(std::string_view text);

/// All ways in which an operator may write that id in the answer to submit_sm and in reports, the likeliest first: as it is, and, where
/// it is a number of at most 64 bits, as the other of decimal and hexadecimal. Letters small, no zeros in front.
std::vector<std::string> spellings(std::string_view id);

}  // namespace hotline::smpp
