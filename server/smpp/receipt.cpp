#include "server/smpp/receipt.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace hotline::smpp {

namespace {

using crypto::SecretBuffer;

constexpr std::size_t code_bytes_max = 32;
constexpr std::size_t id_bytes_max = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }
bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }

bool begins_with(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(), [](char wanted, char c) { return wanted == lower(c); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  return text;
}

/// What stands behind the first "key:", which begins a word, up to the next blank.
std::optional<std::string_view> value_of(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; at + key.size() < text.size(); ++at) {
    const bool begins = at == 0 || !(is_letter(text[at - 1]) || is_digit(text[at - 1]));
    if (!begins || !begins_with(text.substr(at), key)) continue;
    std::string_view behind = text.substr(at + key.size());
    while (!behind.empty() && behind.front() == ' ') behind.remove_prefix(1);
    if (behind.empty() || behind.front() != ':') continue;
    behind.remove_prefix(1);
    while (!behind.empty() && behind.front() == ' ') behind.remove_prefix(1);
    const auto end = std::find_if(behind.begin(), behind.end(), is_white);
    return behind.substr(0, static_cast<std::size_t>(end - behind.begin()));
  }
  return std::nullopt;
}

/// Appendix B writes seven letters; some operators the whole word. Nothing for an empty one.
std::optional<MessageState> state_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, MessageState>, 13> words{{
      {"deliv", MessageState::delivered},     {"dlvrd", MessageState::delivered}, {"expir", MessageState::expired},
      {"delet", MessageState::deleted},       {"undel", MessageState::undeliverable}, {"fail", MessageState::undeliverable},
      {"accep", MessageState::accepted},      {"rejec", MessageState::rejected},  {"enrou", MessageState::enroute},
      {"buff", MessageState::enroute},        {"sched", MessageState::scheduled}, {"sent", MessageState::enroute},
      {"skip", MessageState::rejected},
  }};
  if (word.empty()) return std::nullopt;
  for (const auto& [beginning, state] : words) {
    if (begins_with(word, beginning)) return state;
  }
  return MessageState::unknown;
}

std::string printable(std::string_view code) {
  std::string out;
  for (const char c : code.substr(0, code_bytes_max)) {
    if (is_letter(c) || is_digit(c)) out.push_back(c);
  }
  return std::all_of(out.begin(), out.end(), [](char c) { return c == '0'; }) ? std::string() : out;
}

/// Of the fields that stand in `text`.
std::optional<Receipt> read_fields(std::string_view text) {
  const auto id = value_of(text, "id");
  const auto stat = value_of(text, "stat");
  if (!id || !stat || id->empty() || id->size() > id_bytes_max) return std::nullopt;
  const auto state = state_of(*stat);
  if (!state) return std::nullopt;
  Receipt receipt;
  receipt.id = SecretBuffer(*id);
  receipt.state = *state;
  receipt.code = printable(value_of(text, "err").value_or(""));
  return receipt;
}

MessageState state_of(std::uint8_t number) {
  if (number <= static_cast<std::uint8_t>(MessageState::rejected)) return static_cast<MessageState>(number);
  constexpr std::uint8_t skipped = 9;   // of version 5
  return number == skipped ? MessageState::rejected : MessageState::unknown;
}

std::string without_zeros(std::string_view id) {
  while (id.size() > 1 && id.front() == '0') id.remove_prefix(1);
  std::string out(id);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::optional<std::uint64_t> number_of(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string to_text(std::uint64_t value, int base) {
  std::array<char, 24> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value, base);
  return error == std::errc() ? std::string(digits.data(), end) : std::string();
}

/// Operators write reports in ASCII, whatever alphabet they use for what people write: in GSM-7 the "_" of an id would be another letter.
bool is_ascii(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](Byte byte) { return (byte >= 0x20 && byte < 0x7f) || is_white(static_cast<char>(byte)); });
}

}  // namespace

std::optional<Receipt> read_receipt_text(std::string_view text) {
  // What we sent is quoted behind "text:", mostly at the end: nothing in it should be taken for a field.
  std::size_t quoted = std::string_view::npos;
  if (const auto value = value_of(text, "text")) quoted = static_cast<std::size_t>(value->data() - text.data());
  if (quoted != std::string_view::npos) {
    if (auto receipt = read_fields(text.substr(0, quoted))) return receipt;
  }
  return read_fields(text);
}

std::optional<Receipt> read_receipt(const ShortMessage& message, DefaultAlphabet alphabet) {
  const std::uint8_t type = message.esm_class & esm_type;
  const Tlvs& tlvs = message.tlvs;
  const bool has_id = tlvs.receipted_id && !trim(tlvs.receipted_id->reveal_text()).empty();
  const bool has_both = has_id && tlvs.message_state;
  if (type != esm_type_receipt && type != esm_type_notice && !has_both) return std::nullopt;

  std::optional<Receipt> receipt;
  const Bytes written = user_data(message);
  if (const auto decoded = decode_text(message.data_coding, alphabet, written)) {
    if (!is_wide(message.data_coding) && is_ascii(written)) receipt = read_receipt_text(as_text(written));
    if (!receipt) receipt = read_receipt_text(decoded->text.reveal_text());
  }
  if (has_both) {
    if (!receipt) receipt.emplace();
    receipt->id = SecretBuffer(trim(tlvs.receipted_id->reveal_text()));
    receipt->state = state_of(*tlvs.message_state);
  } else if (receipt && has_id) {
    receipt->id = SecretBuffer(trim(tlvs.receipted_id->reveal_text()));
  }
  if (receipt && receipt->code.empty() && tlvs.network_error) receipt->code = printable(std::to_string(tlvs.network_error->code));
  return receipt;
}

std::vector<std::string> spellings(std::string_view id) {
  id = trim(id);
  if (id.starts_with("0x") || id.starts_with("0X")) id.remove_prefix(2);
  std::vector<std::string> out{without_zeros(id)};
  const auto add = [&out](std::optional<std::uint64_t> value, int base) {
    if (!value) return;
    std::string other = to_text(*value, base);
    if (std::find(out.begin(), out.end(), other) == out.end()) out.push_back(std::move(other));
  };
  // A copy: what is added must not move what is read.
  const std::string own = out.front();
  add(number_of(own, 10), 16);
  add(number_of(own, 16), 10);
  return out;
}

}  // namespace hotline::smpp
