#pragma once

#include "crypto/secret.hpp"
#include "server/sms/charset.hpp"
#include "server/sms/message.hpp"
#include "server/smpp/pdu.hpp"

#include <optional>
#include <string_view>

namespace hotline::smpp {

/// What an operator means by data_coding 0, "SMSC default alphabet", which the protocol leaves open.
enum class DefaultAlphabet {
  gsm7,                            ///< a septet in each byte
  ascii,                           ///< or UTF-8, or else Windows-1252
  latin1,
};
/// "gsm-7", "ascii", "latin-1" of the settings.
std::optional<DefaultAlphabet> default_alphabet(std::string_view setting) noexcept;

// Bits of esm_class, section 5.2.12.
inline constexpr std::uint8_t esm_header = 0x40;         ///< the text has a user data header
inline constexpr std::uint8_t esm_type = 0x3c;
inline constexpr std::uint8_t esm_type_receipt = 0x04;
inline constexpr std::uint8_t esm_type_notice = 0x20;    ///< what has become of it so far

/// What was said, header and all: `text`, or message_payload when that is empty.
Bytes user_data(const ShortMessage& message) noexcept;

/// The characters of a text in that data_coding; nothing when it is binary or of a coding that we do not know.
std::optional<sms::Decoded> decode_text(std::uint8_t data_coding, DefaultAlphabet alphabet, Bytes bytes);
/// Whether that data_coding has two bytes for each character.
bool is_wide(std::uint8_t data_coding) noexcept;

/// A number as the rest of the house writes it: see sms::normalise_number; with "+" when the operator says that it is international.
crypto::SecretBuffer readable_number(const Address& address, std::string_view region);

/// A text from a phone. Whatever comes is a message: where something could not be read, it is flagged, and `raw` is the whole PDU.
/// `sound`: the PDU had no fault. `dedupe` stays empty: see Redelivery. Any thread.
sms::Message read_message(const ShortMessage& message, DefaultAlphabet alphabet, std::string_view region, Bytes pdu, bool sound);

}  // namespace hotline::smpp
