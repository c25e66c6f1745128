#include "server/sms/send_request.hpp"

#include "crypto/encoding.hpp"
#include "server/http/parameters.hpp"
#include "server/sms/escape.hpp"
#include "server/sms/fields.hpp"
#include "server/sms/segments.hpp"
#include "server/sms/star_path.hpp"

#include <algorithm>
#include <charconv>

namespace hotline::sms {

namespace {

using crypto::SecretBuffer;
using storage::TextReason;

constexpr std::size_t answer_fields_max = 400;
constexpr std::size_t code_bytes_max = 32;
constexpr std::size_t code_digits_max = 6;    // a longer number may be a person's
constexpr std::size_t name_of_text_bytes_max = 256;
constexpr int retry_after_seconds_max = 3600;

bool code_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/// UTF-16BE in hex.
SecretBuffer utf16_hex(std::string_view text) {
  SecretBuffer out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    at += point.bytes;
    if (point.value >= 0x10000) {
      append_hex(out, 0xD800U + ((point.value - 0x10000) >> 10U), 4);
      append_hex(out, 0xDC00U + ((point.value - 0x10000) & 0x3FFU), 4);
    } else {
      append_hex(out, point.value, 4);
    }
  }
  return out;
}

/// Fills the placeholders of a template.
class Filler {
 public:
  Filler(const SendRules& rules, const OutgoingText& text, const SendAccount& account)
      : rules_(rules), text_(text), account_(account), text_utf16_(utf16_hex(text.text.reveal_text())) {}

  void fill(SecretBuffer& out, std::string_view text, Escape escape) const {
    while (!text.empty()) {
      const std::size_t open = std::min(text.find('{'), text.size());
      out.append(text.substr(0, open));
      text.remove_prefix(open);
      if (text.empty()) return;
      const std::size_t close = std::min(text.find('}'), text.size() - 1);
      const auto value = value_of(text.substr(1, close - 1));
      if (!value) {
        out.push_back('{');   // JSON has braces of its own
        text.remove_prefix(1);
        continue;
      }
      append_escaped(out, *value, escape);
      text.remove_prefix(close + 1);
    }
  }

 private:
  std::optional<std::string_view> value_of(std::string_view word) const {
    if (word == "account") return rules_.needs_application ? account_.account.substr(0, account_.account.find('/')) : account_.account;
    if (word == "application") return account_.account.substr(std::min(account_.account.find('/'), account_.account.size() - 1) + 1);
    if (word == "secret") return account_.secret;
    if (word == "callback") return account_.callback;
    if (word == "from") return number(text_.from);
    if (word == "to") return number(text_.to);
    if (word == "text") return text_.text.reveal_text();
    if (word == "text_utf16") return text_utf16_.reveal_text();
    if (word == "id") return std::string_view(text_.id);
    return std::nullopt;
  }
  std::string_view number(const SecretBuffer& number) const {
    std::string_view text = number.reveal_text();
    if (rules_.digits_only && text.starts_with('+')) text.remove_prefix(1);
    return text;
  }

  const SendRules& rules_;
  const OutgoingText& text_;
  const SendAccount& account_;
  SecretBuffer text_utf16_;
};

/// The fields as a form or a query writes them.
SecretBuffer written_fields(const SendRules& rules, const Filler& filler, bool unicode) {
  std::vector<std::pair<std::string, std::string>> fields = rules.fields;
  for (const auto& [name, value] : rules.unicode_fields) {
    if (!unicode) break;
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    if (!value.empty()) fields.emplace_back(name, value);
  }
  SecretBuffer written;
  for (const auto& [name, value] : fields) {
    // Filled first and escaped as a whole: a value may be an address that holds others.
    SecretBuffer filled;
    filler.fill(filled, value, Escape::none);
    if (!written.empty()) written.push_back('&');
    append_escaped(written, name, Escape::form);
    written.push_back('=');
    append_escaped(written, filled.reveal_text(), Escape::form);
  }
  return written;
}

bool fits_header(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// The string or number at a dotted path of a JSON answer.
std::optional<SecretBuffer> at(const Result<Fields>& answer, std::string_view path) {
  if (!answer || path.empty()) return std::nullopt;
  const http::FormField* field = http::find_field(*answer, path);
  if (field == nullptr) return std::nullopt;
  return field->value.duplicate();
}

std::optional<SecretBuffer> between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t start = text.find(before);
  if (after.empty() || start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start + before.size());
  const std::size_t end = text.find(after);
  if (end == std::string_view::npos) return std::nullopt;
  return SecretBuffer(text.substr(0, end));
}

/// What delivery reports will call the text. Empty when the answer lacks it.
std::vector<SecretBuffer> names_in(const SendRules& rules, const OutgoingText& text, const Result<Fields>& answer, std::string_view body) {
  std::vector<SecretBuffer> names;
  const auto keep = [&](std::optional<SecretBuffer> name) {
    if (name && !name->empty() && name->size() <= name_of_text_bytes_max) names.push_back(std::move(*name));
  };
  if (rules.id.find('*') != std::string::npos) {
    for (const StarNumbers& numbers : answer ? star_numbers(rules.id, *answer) : std::vector<StarNumbers>()) keep(at(answer, bind_stars(rules.id, numbers)));
  } else if (!rules.id.empty()) {
    keep(at(answer, rules.id));
  } else if (!rules.id_after.empty()) {
    keep(between(body, rules.id_before, rules.id_after));
  } else {
    keep(SecretBuffer(std::string_view(text.id)));
  }
  return names;
}

bool is_one_of(const std::vector<std::string>& list, std::string_view text) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& one) { return http::equal_ignoring_case(one, text); });
}

/// What the answer says of each part of the text, or of all of it; nothing where it says nothing.
std::vector<std::optional<SecretBuffer>> statuses_in(const SendRules& rules, const Result<Fields>& answer) {
  std::vector<std::optional<SecretBuffer>> statuses;
  const std::size_t star = rules.status.find('*');
  if (star == std::string::npos || !answer) {
    statuses.push_back(at(answer, rules.status));
    return statuses;
  }
  for (const StarNumbers& numbers : star_numbers(rules.status.substr(0, star + 1), *answer)) statuses.push_back(at(answer, bind_stars(rules.status, numbers)));
  if (statuses.empty()) statuses.emplace_back();
  return statuses;
}

bool success(const SendRules& rules, int status) {
  return rules.success.empty() ? status >= 200 && status < 300 : is_one_of(rules.success, std::to_string(status));
}

}  // namespace

std::string safe_code(std::string_view code) {
  if (code.size() > code_bytes_max || !std::all_of(code.begin(), code.end(), code_character)) return {};
  std::size_t digits = 0;
  for (const char c : code) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > code_digits_max) return {};
  }
  return std::string(code);
}

std::optional<TextReason> reason_of(const TextCodes& codes, std::string_view code) {
  if (is_one_of(codes.opted_out, code)) return TextReason::opted_out;
  if (is_one_of(codes.bad_number, code)) return TextReason::bad_number;
  if (is_one_of(codes.account, code)) return TextReason::account;
  if (is_one_of(codes.content, code)) return TextReason::content;
  return std::nullopt;
}

Result<SendRequest> write_send_request(const SendRules& rules, const OutgoingText& text, const SendAccount& account) {
  const Filler filler(rules, text, account);
  SendRequest request;
  request.method = rules.method == http::Method::get ? "GET" : "POST";
  SecretBuffer target;
  const std::string_view path = account.path.empty() ? std::string_view(rules.path) : account.path;
  filler.fill(target, path, Escape::percent);
  const SecretBuffer fields = written_fields(rules, filler, !fits_gsm7(text.text.reveal_text()));
  if (rules.method == http::Method::get && !fields.empty()) {
    target.push_back(path.find('?') == std::string_view::npos ? '?' : '&');
    target.append(fields.reveal());
  } else if (rules.method == http::Method::get) {
    // All of it stands in the path.
  } else if (!rules.json.empty()) {
    filler.fill(request.body, rules.json, Escape::json);
    request.headers.emplace_back("Content-Type", "application/json");
  } else {
    request.body = fields.duplicate();
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  }
  request.target = target.reveal_text();
  request.headers.emplace_back("Accept", "application/json, */*;q=0.5");
  request.headers.emplace_back("User-Agent", "Hotline");
  if (rules.login == SendRules::Login::basic || rules.login == SendRules::Login::pair) {
    SecretBuffer pair;
    if (rules.login == SendRules::Login::basic) {
      pair.append(account.account);
      pair.push_back(':');
    }
    pair.append(account.secret);
    request.headers.emplace_back("Authorization", "Basic " + std::string(crypto::secret_to_base64(pair.reveal(), crypto::Base64::standard).reveal_text()));
  } else if (rules.login == SendRules::Login::bearer) {
    request.headers.emplace_back("Authorization", "Bearer " + std::string(account.secret));
  }
  for (const auto& [name, value] : rules.headers) {
    SecretBuffer filled;
    filler.fill(filled, value, Escape::none);
    request.headers.emplace_back(name, filled.reveal_text());
  }
  for (const auto& [name, value] : request.headers) {
    if (!fits_header(value)) return Errc::malformed;
  }
  return request;
}

HandedOver read_send_answer(const SendRules& rules, const OutgoingText& text, int status, Bytes body, std::optional<std::string_view> retry_after) {
  const Result<Fields> answer = parse_json_fields(body, answer_fields_max);
  HandedOver result;
  const auto statuses = statuses_in(rules, answer);
  const auto is_fine = [&](const auto& one) { return rules.status.empty() || (one && is_one_of(rules.accepted, one->reveal_text())); };
  if (success(rules, status) && std::ranges::any_of(statuses, is_fine)) {
    result.names = names_in(rules, text, answer, as_text(body));
    // Who says yes without a name for it is not who the descriptor is about: a page of a proxy, an address that is wrong.
    result.kind = result.names.empty() ? HandedOver::Kind::unknown : HandedOver::Kind::accepted;
    const auto refused = std::ranges::find_if_not(statuses, is_fine);
    if (refused == statuses.end()) return result;
    // A part of the text is on its way, and another never will be: given again, the first would arrive again.
    result.kind = HandedOver::Kind::unknown;
    result.names.clear();
    if (*refused) result.code = safe_code((*refused)->reveal_text());
    return result;
  }
  std::string code;
  for (const std::string& place : rules.error) {
    if (const auto error = code.empty() ? at(answer, place) : std::nullopt) code = error->reveal_text();
  }
  if (const auto error = code.empty() ? between(as_text(body), rules.error_before, rules.error_after) : std::nullopt) code = error->reveal_text();
  if (const auto& said = statuses.front(); code.empty() && said) code = said->reveal_text();
  if (status >= 200 && status < 300 && code.empty() && rules.success.empty()) {
    result.kind = HandedOver::Kind::unknown;   // neither yes nor no
    return result;
  }
  result.code = safe_code(code);
  if (result.code.empty()) result.code = std::to_string(status);
  if (retry_after) {
    int seconds = 0;
    const auto [end, bad] = std::from_chars(retry_after->data(), retry_after->data() + retry_after->size(), seconds);
    if (bad == std::errc() && end == retry_after->data() + retry_after->size() && seconds >= 0) result.retry_after_seconds = std::min(seconds, retry_after_seconds_max);
  }
  if (const auto reason = reason_of(rules.codes, code)) {
    result.kind = HandedOver::Kind::refused;
    result.reason = *reason;
  } else if (is_one_of(rules.codes.later, code) || status == 408 || status == 425 || status == 429 || status == 503) {
    result.kind = HandedOver::Kind::later;
  } else if (status >= 500) {
    // It failed at we do not know what, or somebody in between gave up waiting: the text may well be taken.
    result.kind = rules.repeatable ? HandedOver::Kind::later : HandedOver::Kind::unknown;
  } else {
    result.kind = HandedOver::Kind::refused;
    result.reason = status == 401 || status == 402 || status == 403 ? TextReason::account : TextReason::other;
  }
  return result;
}

}  // namespace hotline::sms
