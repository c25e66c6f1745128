#include "crypto/armor.hpp"

#include "crypto/encoding.hpp"

#include <algorithm>

namespace hotline::crypto::age {
namespace {

constexpr std::string_view begin_line = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view end_line = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t line_columns = 64;
constexpr std::size_t line_bytes = 48;
constexpr std::size_t space_max = 1024;  ///< before and after the block, each

bool is_space(Byte c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

bool may_be_armor(Byte first) noexcept { return first == '-' || is_space(first); }

std::string to_armor(Bytes file) {
  std::string text(begin_line);
  text.reserve(begin_line.size() + end_line.size() + 2 + (file.size() / line_bytes + 1) * (line_columns + 1));
  text += '\n';
  while (!file.empty()) {
    const Bytes line = file.first(std::min(file.size(), line_bytes));
    text += to_base64(line, Base64::standard);
    text += '\n';
    file = file.subspan(line.size());
  }
  text += end_line;
  text += '\n';
  return text;
}

Result<ByteVector> from_armor(std::string_view text) {
  ArmorReader reader;
  ByteVector file;
  if (const Result<void> read = reader.update(as_bytes(text), file); !read) return read.error();
  if (const Result<void> ended = reader.finish(); !ended) return ended.error();
  return file;
}

Result<void> ArmorReader::update(Bytes text, ByteVector& out) {
  while (!text.empty()) {
    const bool between = place_ == Place::after || (place_ == Place::before && line_.empty());
    if (between) {
      if (const Result<void> skipped = skip_space(text); !skipped) return skipped;
      if (text.empty()) return {};
      if (place_ == Place::after) return Errc::malformed;
      space_ = 0;
    }
    const auto end = std::find(text.begin(), text.end(), Byte{'\n'});
    const std::string_view piece = as_text({text.begin(), end});
    const bool complete = end != text.end();
    if (line_.size() + piece.size() > line_columns + 1) return Errc::malformed;  // one more for CR
    line_ += piece;
    text = text.subspan(piece.size() + (complete ? 1 : 0));
    if (!complete) return {};
    if (const Result<void> read = read_line(line_, out); !read) return read;
    line_.clear();
  }
  return {};
}

Result<void> ArmorReader::finish() {
  ByteVector none;
  if (place_ == Place::body && !line_.empty()) {
    if (const Result<void> read = read_line(line_, none); !read) return read;
  }
  if (place_ != Place::after) return Errc::malformed;
  return {};
}

Result<void> ArmorReader::skip_space(Bytes& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_space);
  const auto size = static_cast<std::size_t>(end - text.begin());
  space_ += size;
  if (space_ > space_max) return Errc::malformed;
  text = text.subspan(size);
  return {};
}

Result<void> ArmorReader::read_line(std::string_view line, ByteVector& out) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (place_ == Place::before) {
    if (line != begin_line) return Errc::malformed;
    place_ = Place::body;
    return {};
  }
  if (line == end_line) {
    place_ = Place::after;
    return {};
  }
  if (last_line_seen_ || line.empty() || line.size() > line_columns) return Errc::malformed;
  const Result<ByteVector> decoded = from_base64(line, Base64::standard);
  if (!decoded) return decoded.error();
  append(out, *decoded);
  last_line_seen_ = decoded->size() < line_bytes;
  return {};
}

}  // namespace hotline::crypto::age
