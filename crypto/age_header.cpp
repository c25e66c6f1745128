#include "crypto/age_header.hpp"

#include "config/limits.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace hotline::crypto::age {
namespace {

constexpr std::string_view version_line = "age-encryption.org/v1\n";
constexpr std::string_view stanza_start = "-> ";
constexpr std::string_view mac_start = "---";
constexpr std::size_t line_columns = 64;
constexpr std::size_t mac_characters = 43;

/// Takes the text apart line by line. A line ends in LF, always.
class Lines {
 public:
  explicit Lines(std::string_view text) noexcept : text_(text) {}
  std::optional<std::string_view> next() noexcept {
    const std::size_t end = text_.find('\n', position_);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = text_.substr(position_, end - position_);
    position_ = end + 1;
    return line;
  }
  std::size_t position() const noexcept { return position_; }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

bool is_visible(char c) noexcept { return c >= '!' && c <= '~'; }

Result<std::vector<std::string>> parse_arguments(std::string_view text) {
  std::vector<std::string> arguments;
  for (;;) {
    const std::size_t space = text.find(' ');
    const std::string_view argument = text.substr(0, space);
    if (argument.empty() || !std::all_of(argument.begin(), argument.end(), is_visible)) return Errc::malformed;
    arguments.emplace_back(argument);
    if (space == std::string_view::npos) return arguments;
    text.remove_prefix(space + 1);
  }
}

/// Lines of 64 columns and a shorter one, perhaps empty, at the end.
Result<ByteVector> parse_body(Lines& lines) {
  ByteVector body;
  for (;;) {
    const auto line = lines.next();
    if (!line || line->size() > line_columns) return Errc::malformed;
    const Result<ByteVector> decoded = from_base64(*line, Base64::standard_unpadded);
    if (!decoded) return decoded.error();
    append(body, *decoded);
    if (line->size() < line_columns) return body;
  }
}

ByteArray<32> compute_mac(Bytes authenticated, const FileKey& file_key) {
  const Secret<32> key = hkdf_sha256(file_key.reveal(), "header");
  ByteArray<32> mac;
  static_assert(crypto_auth_hmacsha256_BYTES == mac.size() && crypto_auth_hmacsha256_KEYBYTES == key.size);
  crypto_auth_hmacsha256(mac.data(), authenticated.data(), authenticated.size(), key.reveal().data());
  return mac;
}

}  // namespace

std::optional<std::size_t> find_header_end(Bytes beginning, std::size_t searched_bytes) noexcept {
  // No line of a stanza starts with "---": bodies are base64 and "-> " starts the rest.
  constexpr std::string_view mark = "\n---";
  const std::string_view text = as_text(beginning);
  const std::size_t overlap = mark.size() + mac_characters + 2;
  const std::size_t from = searched_bytes > overlap ? searched_bytes - overlap : 0;
  const std::size_t start = text.find(mark, from);
  if (start == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find('\n', start + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return end + 1;
}

bool may_be_header(Bytes beginning) noexcept {
  const std::size_t size = std::min(beginning.size(), version_line.size());
  return as_text(beginning.first(size)) == version_line.substr(0, size);
}

Result<Header> parse_header(Bytes file) {
  const std::size_t limit = Limits{}.age_header_bytes_max;
  if (!may_be_header(file) || file.size() < version_line.size()) return Errc::malformed;
  const auto end = find_header_end(file.first(std::min(file.size(), limit)));
  if (!end) return file.size() >= limit ? Errc::too_large : Errc::malformed;

  const std::string_view text = as_text(file.first(*end));
  Lines lines(text);
  lines.next();
  Header header;
  for (;;) {
    const std::size_t line_start = lines.position();
    const auto line = lines.next();
    if (!line) return Errc::malformed;
    if (line->starts_with(stanza_start)) {
      Result<std::vector<std::string>> arguments = parse_arguments(line->substr(stanza_start.size()));
      if (!arguments) return arguments.error();
      Result<ByteVector> body = parse_body(lines);
      if (!body) return body.error();
      header.stanzas.push_back({std::move(*arguments), std::move(*body)});
      continue;
    }
    if (!line->starts_with(mac_start) || line->size() != mac_start.size() + 1 + mac_characters ||
        (*line)[mac_start.size()] != ' ' || header.stanzas.empty())
      return Errc::malformed;
    const Result<ByteVector> mac = from_base64(line->substr(mac_start.size() + 1), Base64::standard_unpadded);
    if (!mac || mac->size() != header.mac.size()) return Errc::malformed;
    std::memcpy(header.mac.data(), mac->data(), header.mac.size());
    header.authenticated_bytes = line_start + mac_start.size();
    header.size_bytes = lines.position();
    return header;
  }
}

ByteVector write_header(std::span<const Stanza> stanzas, const FileKey& file_key) {
  ByteVector out;
  append(out, as_bytes(version_line));
  for (const Stanza& stanza : stanzas) {
    append(out, as_bytes("->"));
    for (const std::string& argument : stanza.arguments) {
      append(out, as_bytes(" "));
      append(out, as_bytes(argument));
    }
    const std::string body = to_base64(stanza.body, Base64::standard_unpadded);
    // The last line is shorter than 64 columns, so a body that fills its lines is followed by an empty one.
    for (std::size_t at = 0; at <= body.size(); at += line_columns) {
      append(out, as_bytes("\n"));
      append(out, as_bytes(std::string_view(body).substr(at, line_columns)));
    }
    append(out, as_bytes("\n"));
  }
  append(out, as_bytes(mac_start));
  const ByteArray<32> mac = compute_mac(out, file_key);
  append(out, as_bytes(" "));
  append(out, as_bytes(to_base64(mac, Base64::standard_unpadded)));
  append(out, as_bytes("\n"));
  return out;
}

Result<void> verify_header(const Header& header, Bytes file, const FileKey& file_key) {
  if (!equal_in_constant_time(header.mac, compute_mac(file.first(header.authenticated_bytes), file_key)))
    return Errc::authentication_failed;
  return {};
}

}  // namespace hotline::crypto::age
