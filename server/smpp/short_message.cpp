#include "server/smpp/short_message.hpp"

#include "server/http/utf8.hpp"
#include "server/smpp/user_data_header.hpp"
#include "server/sms/number.hpp"

#include <algorithm>
#include <string>

namespace hotline::smpp {

namespace {

using crypto::SecretBuffer;
using sms::Charset;
using sms::Decoded;

constexpr std::uint8_t type_international = 1;   // section 5.2.5

/// As read_request of server/sms: what cannot be read is shown so far.
constexpr std::size_t raw_text_bytes_max = 16 * 1024;
/// More than this might not fit a sealed text; no phone sends so much. It is kept as it came.
constexpr std::size_t text_bytes_max = 48 * 1024;

/// Section 5.3.2.12, without its NUL.
constexpr std::size_t id_bytes_max = 64;

/// The beginning, without half a character.
SecretBuffer beginning_of(const SecretBuffer& text, std::size_t bytes_max) {
  const Bytes all = text.reveal();
  std::size_t size = std::min(all.size(), bytes_max);
  while (size > 0 && size < all.size() && (all[size] & 0xc0) == 0x80) --size;
  return SecretBuffer(all.first(size));
}

enum class Coding { as_set, ascii, gsm7, latin1, utf16be, binary, unknown };

/// Section 5.2.19. It reserves 0x10 to 0xbf; operators pass there what phones send, as 3GPP TS 23.038, section 4 has it: 0x10 to 0x1b
/// are texts with a class, such as those that are shown at once.
Coding coding_of(std::uint8_t data_coding) {
  switch (data_coding) {
    case 0x00: return Coding::as_set;
    case 0x01: return Coding::ascii;
    case 0x02:
    case 0x04: return Coding::binary;
    case 0x03: return Coding::latin1;
    case 0x08: return Coding::utf16be;
    default: break;
  }
  switch (data_coding & 0xfc) {
    case 0x10:
    case 0xf0: return Coding::gsm7;
    case 0x14:
    case 0xf4: return Coding::binary;
    case 0x18: return Coding::utf16be;
    default: return Coding::unknown;
  }
}

/// Seven bits are what they are; with more, someone meant UTF-8 or Windows' letters.
Decoded from_ascii(Bytes bytes) {
  if (http::valid_utf8(bytes)) return {SecretBuffer(bytes), false};
  Decoded decoded = sms::decode(Charset::windows1252, bytes);
  decoded.repaired = true;
  return decoded;
}

bool has_high_bytes(Bytes bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](Byte byte) { return byte >= 0x80; });
}

bool is_gsm7(std::uint8_t data_coding, DefaultAlphabet alphabet) {
  const Coding coding = coding_of(data_coding);
  return coding == Coding::gsm7 || (coding == Coding::as_set && alphabet == DefaultAlphabet::gsm7);
}

std::optional<Concatenation> part_of(const Tlvs& tlvs, bool& sound) {
  if (!tlvs.sar_reference && !tlvs.sar_count && !tlvs.sar_number) return std::nullopt;
  const std::uint8_t count = tlvs.sar_count.value_or(0);
  const std::uint8_t number = tlvs.sar_number.value_or(0);
  if (!tlvs.sar_reference || number == 0 || number > count) {
    sound = false;
    return std::nullopt;
  }
  if (count == 1) return std::nullopt;
  return Concatenation{*tlvs.sar_reference, count, number};
}

}  // namespace

std::optional<DefaultAlphabet> default_alphabet(std::string_view setting) noexcept {
  if (setting == "gsm-7") return DefaultAlphabet::gsm7;
  if (setting == "ascii") return DefaultAlphabet::ascii;
  if (setting == "latin-1") return DefaultAlphabet::latin1;
  return std::nullopt;
}

Bytes user_data(const ShortMessage& message) noexcept {
  return message.text.empty() && message.tlvs.payload ? message.tlvs.payload->reveal() : message.text.reveal();
}

bool is_wide(std::uint8_t data_coding) noexcept { return coding_of(data_coding) == Coding::utf16be; }

std::optional<Decoded> decode_text(std::uint8_t data_coding, DefaultAlphabet alphabet, Bytes bytes) {
  switch (coding_of(data_coding)) {
    case Coding::as_set:
      if (alphabet == DefaultAlphabet::ascii) return from_ascii(bytes);
      return sms::decode(alphabet == DefaultAlphabet::gsm7 ? Charset::gsm7 : Charset::latin1, bytes);
    case Coding::ascii: return from_ascii(bytes);
    case Coding::gsm7: return sms::decode(Charset::gsm7, bytes);
    case Coding::latin1: return sms::decode(Charset::latin1, bytes);
    case Coding::utf16be: return sms::decode(Charset::utf16be, bytes);
    case Coding::binary:
    case Coding::unknown: break;
  }
  return std::nullopt;
}

SecretBuffer readable_number(const Address& address, std::string_view region) {
  SecretBuffer text;
  const std::string_view value = address.value.reveal_text();
  const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && address.type == type_international && !value.starts_with("00")) text.push_back('+');
  text.append(value);
  return sms::normalise_number(text.reveal_text(), region);
}

sms::Message read_message(const ShortMessage& message, DefaultAlphabet alphabet, std::string_view region, Bytes pdu, bool sound) {
  sms::Message read;
  read.from = readable_number(message.source, region);
  read.to = readable_number(message.destination, region);
  if (const auto& id = message.tlvs.receipted_id) {
    if (id->size() <= id_bytes_max) read.id = id->duplicate();
    if (id->size() > id_bytes_max) sound = false;
  }
  // A PDU has one place for the text; with two, which one a phone would show is anyone's guess.
  if (!message.text.empty() && message.tlvs.payload && !message.tlvs.payload->empty()) sound = false;
  if (read.from.empty()) sound = false;

  Bytes words = user_data(message);
  std::optional<Concatenation> part;
  if ((message.esm_class & esm_header) != 0) {
    const UserDataHeader header = read_user_data_header(words);
    words = words.subspan(header.size);
    part = header.part;
    if (!header.sound || (header.other_alphabet && is_gsm7(message.data_coding, alphabet))) sound = false;
  }
  if (!part) part = part_of(message.tlvs, sound);
  if (part) {
    read.part = sms::Part{SecretBuffer(std::to_string(part->reference)), part->number, part->count};
  }

  const std::optional<Decoded> decoded = decode_text(message.data_coding, alphabet, words);
  if (decoded) {
    if (decoded->repaired || http::loses_by_cleaning(decoded->text.reveal())) {
      read.flags.emplace_back("text-repaired");
      read.raw = SecretBuffer(words.first(std::min(words.size(), raw_text_bytes_max)));
    }
    // Letters that this alphabet has not: most likely it is another one, and then the bytes tell what was written.
    if (is_gsm7(message.data_coding, alphabet) && has_high_bytes(words)) sound = false;
    read.text = http::clean_text(decoded->text.reveal());
  } else {
    sound = false;
    read.text = http::clean_text(words.first(std::min(words.size(), raw_text_bytes_max)));
  }
  if (read.text.size() > text_bytes_max) sound = false;
  if (!sound) {
    read.text = beginning_of(read.text, raw_text_bytes_max);
    read.flags.emplace_back("unreadable");
    read.raw = SecretBuffer(pdu);
  }
  sms::flag_keyword(read);
  return read;
}

}  // namespace hotline::smpp
