#include "config/settings_text.hpp"

#include "config/utf8.hpp"

#include <cstring>

namespace hotline::settings_detail {
namespace {

constexpr std::size_t growth_max = 3;  // two bytes of UTF-8 become six of an escape

bool is_plain(char c) { return (c >= ' ' && c <= '~') || c == '\t' || c == '\r'; }

/// \UXXXXXXXX of one valid character of UTF-8.
void append_escape(std::string& to, std::string_view character) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto first = static_cast<unsigned char>(character.front());
  std::uint32_t code = character.size() == 2 ? first & 0x1FU : character.size() == 3 ? first & 0x0FU : first & 0x07U;
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  const bool is_long = code > 0xFFFF;
  to += is_long ? "\\U" : "\\u";
  for (int shift = is_long ? 28 : 12; shift >= 0; shift -= 4) to += digits[code >> shift & 15U];
}

}  // namespace

PlainText::PlainText(std::string_view text, Complaints& complaints) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // the byte order mark of some editors
  plain_.reserve(growth_max * text.size());                       // so that no copy is left behind by growing
  std::uint32_t line = 1;
  char inside = 0;  // the quote or # that we are in
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      ++line;
      inside = 0;
      plain_ += c;
    } else if (inside == '#') {
      continue;
    } else if (!is_plain(c)) {
      const Utf8Step step = utf8_step(text.substr(i));
      if (inside != '"' || !step.valid || step.bytes < 2) {
        complaints.add(line, "holds a character that is taken in double quotes only, or not at all; retype the line");
        return;
      }
      append_escape(plain_, text.substr(i, step.bytes));
      i += step.bytes - 1;
    } else if (inside == '"' && c == '\\' && i + 1 < text.size() && is_plain(text[i + 1])) {
      plain_ += c;
      plain_ += text[++i];
    } else if (inside == 0 && c == '#') {
      inside = c;
    } else {
      if (inside == c) {
        inside = 0;
      } else if (inside == 0 && (c == '"' || c == '\'')) {
        if (text.substr(i, 3) == std::string(3, c)) {
          complaints.add(line, "has text in triple quotes; write it in double quotes on one line");
          return;
        }
        inside = c;
      }
      plain_ += c;
    }
  }
}

PlainText::~PlainText() { ::explicit_bzero(plain_.data(), plain_.size()); }

}  // namespace hotline::settings_detail
